<?cs include:"/_layout/parts.cs" ?>
<?cs # rows.N: .ref .name .class .status .owner .place .tickets; classes.N: .value .text .chosen; filter: .q .set; Pager ?>
<?cs def:page_body() ?>
<div class="head"><div><h1>#{ci.list}</h1><p class="lead">#{ci.list_lead}</p></div></div>
<div class="sheet">
  <form class="filters" method="get" action="<?cs var:Page.base ?>/agent/ci" hx-get="<?cs var:Page.base ?>/agent/ci" hx-target="#main" hx-push-url="true">
    <div class="grow"><label for="f-q">#{filter.words}</label><input class="form-control" type="search" id="f-q" name="q" maxlength="200" value="<?cs var:filter.q ?>"></div>
    <div><label for="f-class">#{col.class}</label><select class="form-select" id="f-class" name="class"><option value="">#{filter.any}</option><?cs each:c = classes ?><option value="<?cs var:c.value ?>"<?cs if:c.chosen ?> selected<?cs /if ?>><?cs var:c.text ?></option><?cs /each ?></select></div>
    <button class="btn btn-sm" type="submit">#{filter.apply}</button><?cs if:filter.set ?><a class="small" href="<?cs var:Page.base ?>/agent/ci">#{filter.clear}</a><?cs /if ?>
  </form>
  <?cs if:subcount(rows) ?><table class="list cards" data-rows><thead><tr><th scope="col">#{col.ref}</th><th scope="col">#{col.name}</th><th scope="col">#{col.class}</th><th scope="col">#{col.status}</th><th scope="col">#{col.owner}</th><th scope="col">#{col.place}</th><th scope="col" class="end">#{ci.open_tickets}</th></tr></thead><tbody><?cs each:r = rows ?>
  <tr data-row><td class="ref"><?cs var:r.ref ?></td><th scope="row" class="wide"><a class="title" href="<?cs var:Page.base ?>/agent/ci/<?cs var:r.ref ?>"><?cs var:r.name ?></a></th><td><?cs var:r.class ?></td><td><?cs call:state(r.status) ?></td><td><?cs var:r.owner ?></td><td><?cs var:r.place ?></td><td class="end num" data-label="#{ci.open_tickets}"><?cs var:r.tickets ?></td></tr><?cs /each ?></tbody></table>
  <?cs else ?><div class="empty"><?cs call:icon("hdd-network") ?><p><strong>#{ci.none}</strong> #{ci.none_help}</p></div><?cs /if ?>
  <?cs include:"/_layout/pager.cs" ?>
</div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
