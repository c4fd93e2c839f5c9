<?cs include:"/_layout/parts.cs" ?>
<?cs # search: .q .asked; tickets.N: .ref .title .priority .tier .state .updated .snippet; assets.N: .ref .name .class .status; Pager ?>
<?cs def:page_body() ?>
<div class="head"><div><h1>#{search.title}</h1><?cs if:search.q ?><p class="lead">#{search.for|search.q}</p><?cs else ?><p class="lead">#{search.lead}</p><?cs /if ?></div></div>
<?cs if:search.asked ?>
<section class="sheet"><div class="sheet-head"><h2>#{search.tickets}</h2><span class="count"><?cs var:subcount(tickets) ?></span></div>
  <?cs if:subcount(tickets) ?><table class="list cards" data-rows><thead><tr><th scope="col">#{col.ref}</th><th scope="col">#{col.title}</th><th scope="col">#{col.priority}</th><th scope="col">#{col.tier}</th><th scope="col">#{col.state}</th><th scope="col" class="end">#{col.updated}</th></tr></thead><tbody><?cs each:r = tickets ?>
  <tr data-row><td class="ref"><?cs var:r.ref ?></td><th scope="row" class="wide"><a class="title" href="<?cs var:Page.base ?>/agent/ticket/<?cs var:r.ref ?>"><?cs var:r.title ?></a><?cs if:r.snippet ?><span class="sub"><?cs var:r.snippet ?></span><?cs /if ?></th><td><?cs call:prio(r.priority) ?></td><td><?cs call:tier(r.tier) ?></td><td><?cs call:state(r.state) ?></td><td class="end"><?cs call:when(r.updated) ?></td></tr><?cs /each ?></tbody></table>
  <?cs else ?><div class="empty"><?cs call:icon("search") ?><p><strong>#{search.none}</strong> #{search.none_help}</p></div><?cs /if ?><?cs include:"/_layout/pager.cs" ?></section>
<?cs if:subcount(assets) ?><section class="sheet"><div class="sheet-head"><h2>#{search.assets}</h2><span class="count"><?cs var:subcount(assets) ?></span></div><table class="list cards"><tbody><?cs each:a = assets ?>
  <tr data-row><td class="ref"><?cs var:a.ref ?></td><th scope="row" class="wide"><a class="title" href="<?cs var:Page.base ?>/agent/ci/<?cs var:a.ref ?>"><?cs var:a.name ?></a></th><td><?cs var:a.class ?></td><td><?cs call:state(a.status) ?></td></tr><?cs /each ?></tbody></table></section><?cs /if ?>
<?cs /if ?>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
