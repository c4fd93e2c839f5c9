<?cs include:"/_layout/parts.cs" ?>
<?cs # rows.N as on the home page; filter.which = open waiting closed all ?>
<?cs def:page_body() ?>
<div class="head"><div><ol class="crumbs"><li><a href="<?cs var:Page.base ?>/portal/">#{area.portal}</a></li><li>#{portal.mine}</li></ol><h1>#{portal.mine}</h1></div>
  <div class="acts"><a class="btn btn-main" href="<?cs var:Page.base ?>/portal/catalog" data-key="c" data-key-label="#{portal.new}"><?cs call:icon("plus-lg") ?> #{portal.new}</a></div></div>
<div class="sheet">
  <form class="filters" method="get" action="<?cs var:Page.base ?>/portal/request" hx-get="<?cs var:Page.base ?>/portal/request" hx-target="#main" hx-push-url="true">
    <div><label for="f-which">#{col.state}</label><select class="form-select" id="f-which" name="which">
      <option value="open"<?cs if:filter.which == "open" ?> selected<?cs /if ?>>#{portal.which.open}</option>
      <option value="waiting"<?cs if:filter.which == "waiting" ?> selected<?cs /if ?>>#{portal.which.waiting}</option>
      <option value="closed"<?cs if:filter.which == "closed" ?> selected<?cs /if ?>>#{portal.which.closed}</option>
      <option value="all"<?cs if:filter.which == "all" ?> selected<?cs /if ?>>#{portal.which.all}</option></select></div>
    <button class="btn btn-sm" type="submit">#{filter.apply}</button>
  </form>
  <?cs if:subcount(rows) ?><table class="list cards" data-rows><thead><tr><th scope="col">#{col.ref}</th><th scope="col">#{col.title}</th><th scope="col">#{col.service}</th><th scope="col">#{col.state}</th><th scope="col" class="end">#{col.updated}</th></tr></thead><tbody><?cs each:r = rows ?>
  <tr data-row><td class="ref"><?cs var:r.ref ?></td>
    <th scope="row" class="wide"><a class="title" href="<?cs var:Page.base ?>/portal/request/<?cs var:r.ref ?>"><?cs var:r.title ?></a><span class="sub"><?cs var:r.next ?></span></th>
    <td><?cs var:r.service ?></td><td><?cs call:state(r.state) ?></td><td class="end"><?cs call:when(r.updated) ?></td></tr><?cs /each ?></tbody></table>
  <?cs else ?><div class="empty"><?cs call:icon("inbox") ?><p><strong>#{portal.list_none}</strong> #{portal.list_none_help}</p></div><?cs /if ?>
  <?cs include:"/_layout/pager.cs" ?>
</div>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
