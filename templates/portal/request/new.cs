<?cs include:"/_layout/parts.cs" ?>
<?cs # services.N: .id .name .chosen; assets.N: .id .name .about .chosen; impacts.N, urgencies.N: .value .text .help .chosen; limits: .bytes .size ?>
<?cs def:page_body() ?>
<ol class="crumbs"><li><a href="<?cs var:Page.base ?>/portal/">#{area.portal}</a></li><li><a href="<?cs var:Page.base ?>/portal/catalog">#{portal.catalog}</a></li><li>#{portal.new}</li></ol>
<div class="head"><div><h1>#{request.new.title}</h1><p class="lead">#{request.new.lead}</p></div></div>
<div class="cols cols-form"><form method="post" action="<?cs var:Page.base ?>/portal/request/new" enctype="multipart/form-data" class="sheet sheet-body">
  <?cs call:hidden() ?>
  <?cs call:summary_open() ?><?cs call:summary_field("service", "#{form.request.service}") ?><?cs call:summary_field("title", "#{form.request.title}") ?><?cs call:summary_field("description", "#{form.request.description}") ?><?cs call:summary_field("impact", "#{form.request.impact}") ?><?cs call:summary_field("urgency", "#{form.request.urgency}") ?><?cs call:summary_field("asset", "#{form.request.asset}") ?><?cs call:summary_field("file", "#{form.request.file}") ?><?cs call:summary_close() ?>
  <div class="field"><label for="f-service">#{form.request.service}</label>
    <select class="form-select" id="f-service" name="service" required<?cs call:bad("service") ?>><option value="">#{form.choose}</option><?cs each:s = services ?>
      <option value="<?cs var:s.id ?>"<?cs if:s.chosen ?> selected<?cs /if ?>><?cs var:s.name ?></option><?cs /each ?></select><?cs call:wrong("service") ?></div>
  <div class="field"><label for="f-title">#{form.request.title}</label><p class="help" id="h-title">#{form.request.title_help}</p>
    <input class="form-control" id="f-title" name="title" maxlength="200" required value="<?cs var:Form.title.value ?>"<?cs if:Form.title.error ?> aria-invalid="true" aria-describedby="e-title h-title"<?cs else ?> aria-describedby="h-title"<?cs /if ?>><?cs call:wrong("title") ?></div>
  <div class="field"><label for="f-description">#{form.request.description}</label><p class="help" id="h-description">#{form.request.description_help}</p>
    <textarea class="form-control" id="f-description" name="description" rows="7" maxlength="20000" required<?cs if:Form.description.error ?> aria-invalid="true" aria-describedby="e-description h-description"<?cs else ?> aria-describedby="h-description"<?cs /if ?>><?cs var:Form.description.value ?></textarea><?cs call:wrong("description") ?></div>
  <fieldset class="field" id="f-impact"<?cs call:bad("impact") ?>><legend>#{form.request.impact}</legend>
    <div class="choices choices-row"><?cs each:c = impacts ?><div class="choice"><input type="radio" id="impact-<?cs var:c.value ?>" name="impact" value="<?cs var:c.value ?>" required<?cs if:c.chosen ?> checked<?cs /if ?>><label for="impact-<?cs var:c.value ?>"><?cs var:c.text ?><small><?cs var:c.help ?></small></label></div><?cs /each ?></div><?cs call:wrong("impact") ?></fieldset>
  <fieldset class="field" id="f-urgency"<?cs call:bad("urgency") ?>><legend>#{form.request.urgency}</legend>
    <div class="choices choices-row"><?cs each:c = urgencies ?><div class="choice"><input type="radio" id="urgency-<?cs var:c.value ?>" name="urgency" value="<?cs var:c.value ?>" required<?cs if:c.chosen ?> checked<?cs /if ?>><label for="urgency-<?cs var:c.value ?>"><?cs var:c.text ?><small><?cs var:c.help ?></small></label></div><?cs /each ?></div><?cs call:wrong("urgency") ?></fieldset>
  <fieldset class="field" id="f-asset"<?cs call:bad("asset") ?>><legend>#{form.request.asset} <span class="opt">#{form.optional}</span></legend>
    <?cs if:subcount(assets) ?><p class="help">#{form.request.asset_help}</p><div class="choices">
      <div class="choice"><input type="radio" id="asset-0" name="asset" value=""<?cs if:!Form.asset.value ?> checked<?cs /if ?>><label for="asset-0">#{form.request.asset_none}<small>#{form.request.asset_none_help}</small></label></div><?cs each:a = assets ?>
      <div class="choice"><input type="radio" id="asset-<?cs var:a.id ?>" name="asset" value="<?cs var:a.id ?>"<?cs if:a.chosen ?> checked<?cs /if ?>><label for="asset-<?cs var:a.id ?>"><?cs var:a.name ?><small><?cs var:a.about ?></small></label></div><?cs /each ?></div>
    <?cs else ?><p class="muted">#{request.no_assets}</p><?cs /if ?><?cs call:wrong("asset") ?></fieldset>
  <div class="field"><label for="f-file">#{form.request.file} <span class="opt">#{form.optional}</span></label><p class="help" id="h-file">#{form.file_help|limits.size}</p>
    <input class="form-control" type="file" id="f-file" name="file" multiple aria-describedby="h-file n-file" data-most="<?cs var:limits.bytes ?>" data-hint="n-file" data-toobig="#{form.file_toobig}"><p class="help" id="n-file" role="status"></p><?cs call:wrong("file") ?></div>
  <div class="acts"><button class="btn btn-main" type="submit"><?cs call:icon("send") ?> #{request.send}</button><a class="btn btn-plain" href="<?cs var:Page.base ?>/portal/">#{form.cancel}</a></div>
</form>
<aside class="small muted"><h2>#{request.next.title}</h2><ol class="ps-3"><li class="mb-2">#{request.next.1}</li><li class="mb-2">#{request.next.2}</li><li>#{request.next.3}</li></ol></aside></div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
