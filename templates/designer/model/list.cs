<?cs include:"/_layout/parts.cs" ?>
<?cs # rows.N: .key .page .kind(.text; process decision) .name .version .state(.text) .drafts .running .changed .who ?>
<?cs def:page_body() ?>
<div class="head"><div><h1>#{model.list}</h1><p class="lead">#{model.list_lead}</p></div><div class="acts"><a class="btn btn-main" href="<?cs var:Page.base ?>/designer/upload" data-key="c" data-key-label="#{model.upload}"><?cs call:icon("upload") ?> #{model.upload}</a></div></div>
<div class="sheet"><?cs if:subcount(rows) ?><table class="list cards" data-rows><thead><tr><th scope="col">#{col.model}</th><th scope="col">#{col.kind}</th><th scope="col">#{model.in_force}</th><th scope="col">#{model.drafts}</th><th scope="col">#{model.running}</th><th scope="col">#{col.updated}</th></tr></thead><tbody><?cs each:r = rows ?>
  <tr data-row><th scope="row" class="wide"><a class="title" href="<?cs var:Page.base ?><?cs var:r.page ?>"><?cs var:r.name ?></a><span class="sub mono"><?cs var:r.key ?></span></th>
    <td><span class="tag"><?cs if:r.kind == "decision" ?><?cs call:icon("table") ?><?cs else ?><?cs call:icon("diagram-3") ?><?cs /if ?> <?cs var:r.kind.text ?></span></td>
    <td><?cs if:r.version ?><?cs call:state(r.state) ?> <span class="muted">#{ticket.version|r.version}</span><?cs else ?><span class="muted">#{model.none_in_force}</span><?cs /if ?></td>
    <td><?cs if:r.drafts ?><span class="tag state-draft">#{model.n_drafts|r.drafts}</span><?cs else ?><span class="muted">#{none}</span><?cs /if ?></td>
    <td class="num<?cs if:!r.running ?> none<?cs /if ?>"<?cs if:r.running ?> data-label="#{model.running}"<?cs /if ?>><?cs var:r.running ?></td><td><?cs call:when(r.changed) ?> <span class="sub"><?cs var:r.who ?></span></td></tr><?cs /each ?></tbody></table>
  <?cs else ?><div class="empty"><?cs call:icon("diagram-3") ?><p><strong>#{model.none}</strong> #{model.none_help}</p><a class="btn btn-main" href="<?cs var:Page.base ?>/designer/upload">#{model.upload}</a></div><?cs /if ?></div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
