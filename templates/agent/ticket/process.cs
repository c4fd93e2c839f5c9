<?cs include:"/_layout/parts.cs" ?>
<?cs # ticket: .ref .title; process: .name .version .xml (path of the BPMN text) .started .state; nodes.N: .id .name .kind.text .lane .state(.text; done active failed next) .entered .left .who ?>
<?cs def:page_body() ?>
<div class="head"><div>
  <ol class="crumbs"><li><a class="ref" href="<?cs var:Page.base ?>/agent/ticket/<?cs var:ticket.ref ?>"><?cs var:ticket.ref ?></a></li><li>#{ticket.process}</li></ol>
  <h1><?cs var:process.name ?> <span class="muted fw-normal">#{ticket.version|process.version}</span></h1>
  <p class="lead"><?cs var:ticket.title ?></p></div>
  <div class="acts"><button class="btn btn-sm" type="button" hidden data-zoom="diagram">#{process.fit}</button></div></div>
<section aria-label="#{process.diagram}" aria-describedby="h-table">
  <div class="diagram" id="diagram" data-bpmn="<?cs var:Page.base ?><?cs var:process.xml ?>" data-marks="marks" data-failed="#{process.failed}"><p class="diagram-wait">#{process.wait}</p></div>
  <ul class="legend"><li><span class="key key-done"></span> #{process.done}</li><li><span class="key key-active"></span> #{process.active}</li><li><span class="key key-failed"></span> #{process.incident}</li></ul>
  <ul id="marks" hidden><?cs each:n = nodes ?><li data-node="<?cs var:n.id ?>" data-state="<?cs var:n.state ?>"></li><?cs /each ?></ul>
</section>
<section class="sheet block"><h2 id="h-table">#{process.table}</h2>
  <table class="list cards"><thead><tr><th scope="col">#{col.step}</th><th scope="col">#{col.kind}</th><th scope="col">#{col.lane}</th><th scope="col">#{col.state}</th><th scope="col">#{col.who}</th><th scope="col">#{col.entered}</th><th scope="col">#{col.left}</th></tr></thead><tbody><?cs each:n = nodes ?>
  <tr><th scope="row" class="wide"><strong><?cs var:n.name ?></strong> <span class="sub mono"><?cs var:n.id ?></span></th><td><?cs var:n.kind.text ?></td><td><?cs var:n.lane ?></td><td><?cs call:state(n.state) ?></td><td><?cs var:n.who ?></td><td data-label="#{col.entered}"<?cs if:!n.entered.iso ?> class="none"<?cs /if ?>><?cs call:moment(n.entered) ?></td><td data-label="#{col.left}"<?cs if:!n.left.iso ?> class="none"<?cs /if ?>><?cs call:moment(n.left) ?></td></tr><?cs /each ?></tbody></table></section>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
