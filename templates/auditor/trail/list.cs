<?cs include:"/_layout/parts.cs" ?>
<?cs # rows.N: .ref .title .state .events .last(.iso .text .ago) .requester; filter: .q .set; Pager ?>
<?cs def:page_body() ?>
<div class="head"><div><h1>#{trail.list}</h1><p class="lead">#{trail.list_lead}</p></div></div>
<div class="sheet"><form class="filters" method="get" action="<?cs var:Page.base ?>/auditor/trail" hx-get="<?cs var:Page.base ?>/auditor/trail" hx-target="#main" hx-push-url="true">
    <div class="grow"><label for="f-q">#{filter.words}</label><input class="form-control" type="search" id="f-q" name="q" maxlength="200" value="<?cs var:filter.q ?>" data-key="/" data-key-label="#{page.search}"></div>
    <div><label for="f-from">#{trail.from}</label><input class="form-control" type="date" id="f-from" name="from" value="<?cs var:filter.from ?>"></div><div><label for="f-to">#{trail.to}</label><input class="form-control" type="date" id="f-to" name="to" value="<?cs var:filter.to ?>"></div>
    <button class="btn" type="submit">#{trail.find}</button><?cs if:filter.set ?><a class="small" href="<?cs var:Page.base ?>/auditor/trail">#{filter.clear}</a><?cs /if ?></form>
  <?cs if:subcount(rows) ?><table class="list cards" data-rows><thead><tr><th scope="col">#{col.ref}</th><th scope="col">#{col.title}</th><th scope="col">#{col.state}</th><th scope="col">#{col.requester}</th><th scope="col" class="end">#{trail.events}</th><th scope="col" class="end">#{trail.last}</th></tr></thead><tbody><?cs each:r = rows ?>
  <tr data-row><td class="ref"><?cs var:r.ref ?></td><th scope="row" class="wide"><a class="title" href="<?cs var:Page.base ?>/auditor/trail/<?cs var:r.ref ?>"><?cs var:r.title ?></a></th><td><?cs call:state(r.state) ?></td><td><?cs var:r.requester ?></td><td class="end num" data-label="#{trail.events}"><?cs var:r.events ?></td><td class="end"><?cs call:moment(r.last) ?></td></tr><?cs /each ?></tbody></table>
  <?cs else ?><div class="empty"><?cs call:icon("fingerprint") ?><p><strong>#{trail.none}</strong> #{search.none_help}</p></div><?cs /if ?><?cs include:"/_layout/pager.cs" ?></div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
