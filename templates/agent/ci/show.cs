<?cs include:"/_layout/parts.cs" ?>
<?cs # ci: .ref .name .class .status .owner .place .serial .created; attributes.N: .label .value; relations.N: .kind .ref .name .class .status; tickets.N: .ref .title .priority .tier .state .updated ?>
<?cs def:page_body() ?>
<div class="head"><div><ol class="crumbs"><li><a href="<?cs var:Page.base ?>/agent/ci">#{ci.list}</a></li><li class="ref"><?cs var:ci.ref ?></li></ol>
  <h1><?cs var:ci.name ?></h1><div class="head-facts"><span class="ref"><?cs var:ci.ref ?></span><?cs call:state(ci.status) ?><span class="muted"><?cs var:ci.class ?></span></div></div></div>
<div class="cols"><div>
  <section class="sheet"><h2>#{ci.tickets}</h2><?cs if:subcount(tickets) ?><table class="list cards" data-rows><thead><tr><th scope="col">#{col.ref}</th><th scope="col">#{col.title}</th><th scope="col">#{col.priority}</th><th scope="col">#{col.tier}</th><th scope="col">#{col.state}</th><th scope="col" class="end">#{col.updated}</th></tr></thead><tbody><?cs each:r = tickets ?>
    <tr data-row><td class="ref"><?cs var:r.ref ?></td><th scope="row" class="wide"><a class="title" href="<?cs var:Page.base ?>/agent/ticket/<?cs var:r.ref ?>"><?cs var:r.title ?></a></th><td><?cs call:prio(r.priority) ?></td><td><?cs call:tier(r.tier) ?></td><td><?cs call:state(r.state) ?></td><td class="end"><?cs call:when(r.updated) ?></td></tr><?cs /each ?></tbody></table>
    <?cs else ?><div class="empty"><?cs call:icon("check-circle") ?><p><strong>#{ci.no_tickets}</strong></p></div><?cs /if ?></section>
  <section class="sheet"><h2>#{ci.relations}</h2><?cs if:subcount(relations) ?><table class="list cards"><thead><tr><th scope="col">#{ci.relation}</th><th scope="col">#{col.name}</th><th scope="col">#{col.class}</th><th scope="col">#{col.status}</th></tr></thead><tbody><?cs each:r = relations ?>
    <tr><td class="muted"><?cs var:r.kind ?></td><th scope="row"><a class="title" href="<?cs var:Page.base ?>/agent/ci/<?cs var:r.ref ?>"><?cs var:r.name ?></a> <span class="ref muted"><?cs var:r.ref ?></span></th><td><?cs var:r.class ?></td><td><?cs call:state(r.status) ?></td></tr><?cs /each ?></tbody></table>
    <?cs else ?><div class="sheet-body muted">#{ci.no_relations}</div><?cs /if ?></section>
</div><aside><section class="sheet"><h2>#{ci.facts}</h2><div class="sheet-body"><dl class="facts">
  <div><dt>#{col.class}</dt><dd><?cs var:ci.class ?></dd></div><div><dt>#{col.owner}</dt><dd><?cs if:ci.owner ?><?cs var:ci.owner ?><?cs else ?><span class="muted">#{none}</span><?cs /if ?></dd></div><div><dt>#{col.place}</dt><dd><?cs var:ci.place ?></dd></div><?cs each:a = attributes ?>
  <div><dt><?cs var:a.label ?></dt><dd><?cs var:a.value ?></dd></div><?cs /each ?></dl></div></section></aside></div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
