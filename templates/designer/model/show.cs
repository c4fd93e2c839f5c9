<?cs include:"/_layout/parts.cs" ?><?cs include:"/designer/version/parts.cs" ?>
<?cs # model: .key .name .page (path of this page) .id (of the version) .xml (path of the diagram) .file (path of the download) .file.name .hash (SHA-256 in full) .shown.version; versions.N: .id .version .state(.text) .author .stored
    .released_by .released .running .hash (its beginning) .shown .can.{release,discard} .own; findings.N as on the upload page (of the shown version); obstacles.N.text (what keeps the shown draft from being released); elements.N: .id .name .kind.text .lane .next ?>
<?cs def:page_body() ?>
<div class="head"><div><ol class="crumbs"><li><a href="<?cs var:Page.base ?>/designer/model">#{model.list}</a></li><li class="mono"><?cs var:model.key ?></li></ol>
  <h1><?cs var:model.name ?></h1><div class="head-facts"><span><?cs if:model.shown.version ?>#{ticket.version|model.shown.version}<?cs else ?>#{model.draft}<?cs /if ?></span><span class="muted"><?cs var:model.file.name ?></span></div></div>
  <div class="acts"><a class="btn" href="<?cs var:Page.base ?><?cs var:model.file ?>" download><?cs call:icon("download") ?> #{model.download}</a><a class="btn btn-main" href="<?cs var:Page.base ?>/designer/upload"><?cs call:icon("upload") ?> #{model.upload_next}</a></div></div>
<?cs call:summary_open() ?><?cs call:summary_field("comment", "#{form.release.comment}") ?><?cs call:summary_close() ?>
<?cs call:obstacles() ?>
<?cs call:versions("1") ?>
<?cs call:findings() ?>
<section class="block" aria-label="#{process.diagram}" aria-describedby="h-table"><div class="head mb-2"><h2>#{process.diagram}</h2><button class="btn btn-sm" type="button" hidden data-zoom="diagram">#{process.fit}</button></div>
  <div class="diagram" id="diagram" data-bpmn="<?cs var:Page.base ?><?cs var:model.xml ?>" data-marks="marks" data-failed="#{process.failed}"><p class="diagram-wait">#{process.wait}</p></div>
  <ul id="marks" hidden><?cs each:f = findings ?><?cs if:f.severity != "info" ?><li data-node="<?cs var:f.element ?>" data-state="finding"></li><?cs /if ?><?cs /each ?></ul></section>
<section class="sheet block"><h2 id="h-table">#{process.table}</h2><table class="list cards"><thead><tr><th scope="col">#{col.step}</th><th scope="col">#{col.kind}</th><th scope="col">#{col.lane}</th><th scope="col">#{model.next}</th></tr></thead><tbody><?cs each:n = elements ?>
  <tr><th scope="row" class="wide"><strong><?cs var:n.name ?></strong> <span class="sub mono"><?cs var:n.id ?></span></th><td><?cs var:n.kind.text ?></td><td><?cs var:n.lane ?></td><td><?cs var:n.next ?></td></tr><?cs /each ?></tbody></table></section>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
