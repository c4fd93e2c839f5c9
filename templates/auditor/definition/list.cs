<?cs include:"/_layout/parts.cs" ?>
<?cs # rows.N: .id .key .name .version .state(.text) .author .stored(.iso .text .ago) .events; Pager ?>
<?cs def:page_body() ?>
<div class="head"><div><h1>#{trail.definitions}</h1><p class="lead">#{trail.definitions_lead}</p></div></div>
<div class="sheet"><?cs if:subcount(rows) ?><table class="list cards" data-rows><thead><tr><th scope="col">#{col.process}</th><th scope="col">#{col.version}</th><th scope="col">#{col.state}</th><th scope="col">#{model.stored}</th><th scope="col" class="end">#{trail.events}</th></tr></thead><tbody><?cs each:r = rows ?>
  <tr data-row><th scope="row" class="wide"><a class="title" href="<?cs var:Page.base ?>/auditor/definition/<?cs var:r.id ?>"><?cs var:r.name ?></a><span class="sub mono"><?cs var:r.key ?> <?cs var:r.id ?></span></th>
    <td data-label="#{col.version}"<?cs if:!r.version ?> class="none"<?cs /if ?>><?cs var:r.version ?></td><td><?cs call:state(r.state) ?></td><td><?cs var:r.author ?> <span class="sub"><?cs call:moment(r.stored) ?></span></td><td class="end num" data-label="#{trail.events}"><?cs var:r.events ?></td></tr><?cs /each ?></tbody></table>
  <?cs else ?><div class="empty"><?cs call:icon("fingerprint") ?><p><strong>#{model.none}</strong></p></div><?cs /if ?><?cs include:"/_layout/pager.cs" ?></div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
