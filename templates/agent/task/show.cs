<?cs include:"/_layout/parts.cs" ?>
<?cs # task: .id .name .about .version .state .tier .due .can.{claim,complete}; ticket: .ref .title;
    fields.N: .name .label .help .kind (text lines number date bool choice) .value .error .required .most .options.N: .value .text .chosen. Names are sent as v.NAME. ?>
<?cs def:page_body() ?>
<ol class="crumbs"><li><a class="ref" href="<?cs var:Page.base ?>/agent/ticket/<?cs var:ticket.ref ?>"><?cs var:ticket.ref ?></a></li><li>#{task.title}</li></ol>
<div class="head"><div><h1><?cs var:task.name ?></h1><div class="head-facts"><?cs call:state(task.state) ?><?cs call:tier(task.tier) ?><?cs call:due(task.due) ?><span class="muted"><?cs var:ticket.title ?></span></div></div>
  <?cs if:task.can.claim ?><div class="acts"><form method="post" action="<?cs var:Page.base ?>/agent/task/<?cs var:task.id ?>/take"><?cs call:hidden() ?><?cs call:version(task.version) ?><button class="btn btn-main" type="submit" data-key="i" data-key-label="#{ticket.take}"><?cs call:icon("person-check") ?> #{ticket.take}</button></form></div><?cs /if ?></div>
<div class="cols cols-form"><div>
<?cs if:task.can.complete ?><form class="sheet sheet-body" method="post" action="<?cs var:Page.base ?>/agent/task/<?cs var:task.id ?>"><?cs call:hidden() ?><?cs call:version(task.version) ?>
  <?cs call:summary_open() ?><?cs each:f = fields ?><?cs if:f.error ?><li><a href="#f-<?cs var:f.name ?>"><?cs var:f.label ?>: <?cs var:f.error ?></a></li><?cs /if ?><?cs /each ?><?cs call:summary_close() ?>
  <?cs each:f = fields ?><div class="field">
    <?cs if:f.kind == "bool" ?><label><input type="checkbox" id="f-<?cs var:f.name ?>" name="v.<?cs var:f.name ?>" value="1"<?cs if:f.value ?> checked<?cs /if ?>> <?cs var:f.label ?></label>
    <?cs else ?><label for="f-<?cs var:f.name ?>"><?cs var:f.label ?><?cs if:!f.required ?> <span class="opt">#{form.optional}</span><?cs /if ?></label><?cs /if ?>
    <?cs if:f.help ?><p class="help" id="h-<?cs var:f.name ?>"><?cs var:f.help ?></p><?cs /if ?>
    <?cs if:f.kind == "lines" ?><textarea class="form-control" id="f-<?cs var:f.name ?>" name="v.<?cs var:f.name ?>" rows="4" maxlength="<?cs var:f.most ?>"<?cs if:f.required ?> required<?cs /if ?><?cs if:f.error ?> aria-invalid="true" aria-describedby="e-<?cs var:f.name ?>"<?cs /if ?>><?cs var:f.value ?></textarea>
    <?cs elif:f.kind == "choice" ?><select class="form-select" id="f-<?cs var:f.name ?>" name="v.<?cs var:f.name ?>"<?cs if:f.required ?> required<?cs /if ?><?cs if:f.error ?> aria-invalid="true" aria-describedby="e-<?cs var:f.name ?>"<?cs /if ?>><option value="">#{form.choose}</option><?cs each:o = f.options ?><option value="<?cs var:o.value ?>"<?cs if:o.chosen ?> selected<?cs /if ?>><?cs var:o.text ?></option><?cs /each ?></select>
    <?cs elif:f.kind == "number" ?><input class="form-control" id="f-<?cs var:f.name ?>" name="v.<?cs var:f.name ?>" inputmode="decimal" maxlength="40" value="<?cs var:f.value ?>"<?cs if:f.required ?> required<?cs /if ?><?cs if:f.error ?> aria-invalid="true" aria-describedby="e-<?cs var:f.name ?>"<?cs /if ?>>
    <?cs elif:f.kind == "date" ?><input class="form-control" type="date" id="f-<?cs var:f.name ?>" name="v.<?cs var:f.name ?>" value="<?cs var:f.value ?>"<?cs if:f.required ?> required<?cs /if ?><?cs if:f.error ?> aria-invalid="true" aria-describedby="e-<?cs var:f.name ?>"<?cs /if ?>>
    <?cs elif:f.kind == "text" ?><input class="form-control" id="f-<?cs var:f.name ?>" name="v.<?cs var:f.name ?>" maxlength="<?cs var:f.most ?>" value="<?cs var:f.value ?>"<?cs if:f.required ?> required<?cs /if ?><?cs if:f.error ?> aria-invalid="true" aria-describedby="e-<?cs var:f.name ?>"<?cs /if ?>><?cs /if ?>
    <?cs if:f.error ?><p class="wrong" id="e-<?cs var:f.name ?>"><?cs call:icon("exclamation-octagon") ?> <?cs var:f.error ?></p><?cs /if ?></div><?cs /each ?>
  <div class="acts"><button class="btn btn-main" type="submit"><?cs call:icon("check-lg") ?> #{task.complete}</button><a class="btn btn-plain" href="<?cs var:Page.base ?>/agent/ticket/<?cs var:ticket.ref ?>">#{form.cancel}</a></div>
</form><?cs else ?><div class="say"><?cs call:icon("info-circle") ?><p><?cs if:task.can.claim ?>#{task.take_first}<?cs else ?>#{task.not_yours}<?cs /if ?></p></div><?cs /if ?></div>
<?cs if:task.about ?><aside class="small"><h2>#{task.instructions}</h2><p class="said"><?cs var:task.about ?></p></aside><?cs /if ?></div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
