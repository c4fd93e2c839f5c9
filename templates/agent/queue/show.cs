<?cs include:"/_layout/parts.cs" ?>
<?cs # queues.N: .id .name .count .mine .late .current .tier(.text); queue: .id .name .lead; rows.N: .ref .title .priority .tier .state .assignee .mine .age .due(.late) .requester .service;
    filter: .state .priority .who .q; Pager ?>
<?cs def:page_body() ?>
<div class="head"><div><h1><?cs var:queue.name ?></h1><?cs if:queue.lead ?><p class="lead"><?cs var:queue.lead ?></p><?cs /if ?></div></div>
<nav aria-label="#{queue.teams}"><ul class="queues"><?cs each:q = queues ?>
  <li><a class="queue" href="<?cs var:Page.base ?>/agent/queue/<?cs var:q.id ?>"<?cs if:q.current ?> aria-current="page"<?cs /if ?>><span class="name"><?cs if:q.tier ?><svg class="i" aria-hidden="true" focusable="false"><use href="<?cs var:Static.icons ?>#tier-<?cs var:q.tier ?>"></use></svg><?cs else ?><?cs call:icon("person-check") ?><?cs /if ?> <?cs var:q.name ?></span><b><?cs var:q.count ?></b></a></li><?cs /each ?>
</ul></nav>
<div class="sheet">
  <form class="filters" method="get" action="<?cs var:Page.base ?>/agent/queue/<?cs var:queue.id ?>" hx-get="<?cs var:Page.base ?>/agent/queue/<?cs var:queue.id ?>" hx-target="#main" hx-push-url="true">
    <div class="grow"><label for="f-q">#{filter.words}</label><input class="form-control" type="search" id="f-q" name="q" maxlength="200" value="<?cs var:filter.q ?>"></div>
    <div><label for="f-priority">#{col.priority}</label><select class="form-select" id="f-priority" name="priority"><option value="">#{filter.any}</option>
      <option value="P1"<?cs if:filter.priority == "P1" ?> selected<?cs /if ?>>#{priority.P1}</option><option value="P2"<?cs if:filter.priority == "P2" ?> selected<?cs /if ?>>#{priority.P2}</option><option value="P3"<?cs if:filter.priority == "P3" ?> selected<?cs /if ?>>#{priority.P3}</option><option value="P4"<?cs if:filter.priority == "P4" ?> selected<?cs /if ?>>#{priority.P4}</option></select></div>
    <div><label for="f-who">#{col.assignee}</label><select class="form-select" id="f-who" name="who"><option value="">#{filter.anyone}</option>
      <option value="me"<?cs if:filter.who == "me" ?> selected<?cs /if ?>>#{filter.me}</option><option value="none"<?cs if:filter.who == "none" ?> selected<?cs /if ?>>#{filter.nobody}</option></select></div>
    <button class="btn btn-sm" type="submit">#{filter.apply}</button>
    <?cs if:filter.set ?><a class="small" href="<?cs var:Page.base ?>/agent/queue/<?cs var:queue.id ?>">#{filter.clear}</a><?cs /if ?>
  </form>
  <?cs if:subcount(rows) ?><table class="list cards" data-rows><caption class="visually-hidden"><?cs var:queue.name ?></caption><thead><tr><th scope="col">#{col.ref}</th><th scope="col">#{col.title}</th><th scope="col">#{col.priority}</th><th scope="col">#{col.tier}</th><th scope="col">#{col.assignee}</th><th scope="col">#{col.due}</th><th scope="col" class="end">#{col.age}</th></tr></thead><tbody><?cs each:r = rows ?>
  <tr data-row><td class="ref"><?cs var:r.ref ?></td>
    <th scope="row" class="wide"><a class="title" href="<?cs var:Page.base ?>/agent/ticket/<?cs var:r.ref ?>"><?cs var:r.title ?></a><span class="sub"><?cs var:r.requester ?> · <?cs var:r.service ?></span></th>
    <td><?cs call:prio(r.priority) ?></td><td><?cs call:tier(r.tier) ?></td>
    <td><?cs if:r.mine ?><strong>#{queue.me}</strong><?cs else ?><?cs if:r.assignee ?><?cs var:r.assignee ?><?cs else ?><span class="muted">#{queue.nobody}</span><?cs /if ?><?cs /if ?></td>
    <td><?cs call:due(r.due) ?></td><td class="end" data-label="#{col.age}"><?cs call:when(r.age) ?></td></tr><?cs /each ?></tbody></table>
  <?cs else ?><?cs if:filter.set ?><div class="empty"><?cs call:icon("search") ?><p><strong>#{queue.filter_none}</strong></p><a class="btn" href="<?cs var:Page.base ?>/agent/queue/<?cs var:queue.id ?>">#{filter.clear}</a></div>
  <?cs else ?><div class="empty"><?cs call:icon("check-circle") ?><p><strong>#{queue.none}</strong> #{queue.none_help}</p></div><?cs /if ?><?cs /if ?>
  <?cs include:"/_layout/pager.cs" ?>
</div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
