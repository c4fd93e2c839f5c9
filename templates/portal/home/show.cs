<?cs include:"/_layout/parts.cs" ?>
<?cs # waiting.N and open.N: .ref .title .state(.text) .next .updated(.iso .text .ago); services.N: .id .name .about .icon ?>
<?cs def:request_row(r) ?><tr data-row>
  <td class="ref"><?cs var:r.ref ?></td>
  <th scope="row" class="wide"><a class="title" href="<?cs var:Page.base ?>/portal/request/<?cs var:r.ref ?>"><?cs var:r.title ?></a><span class="sub"><?cs var:r.next ?></span></th>
  <td><?cs call:state(r.state) ?></td>
  <td class="end" data-label="#{col.updated}"><?cs call:when(r.updated) ?></td>
</tr><?cs /def ?>
<?cs def:page_body() ?>
<div class="head"><div><h1>#{portal.home.title|User.name}</h1><p class="lead">#{portal.home.lead}</p></div>
  <div class="acts"><a class="btn btn-main" href="<?cs var:Page.base ?>/portal/catalog" data-key="c" data-key-label="#{portal.new}"><?cs call:icon("plus-lg") ?> #{portal.new}</a></div></div>
<?cs if:subcount(waiting) ?><section class="sheet" aria-labelledby="h-waiting">
  <div class="sheet-head"><h2 id="h-waiting"><?cs call:icon("hourglass-split") ?> #{portal.waiting}</h2><span class="count"><?cs var:subcount(waiting) ?></span></div>
  <table class="list list-mine cards" data-rows><thead><tr><th scope="col">#{col.ref}</th><th scope="col">#{col.title}</th><th scope="col">#{col.state}</th><th scope="col" class="end">#{col.updated}</th></tr></thead>
  <tbody><?cs each:r = waiting ?><?cs call:request_row(r) ?><?cs /each ?></tbody></table>
</section><?cs /if ?>
<section class="sheet" aria-labelledby="h-open">
  <div class="sheet-head"><h2 id="h-open">#{portal.open}</h2><a class="small" href="<?cs var:Page.base ?>/portal/request">#{portal.all}</a></div>
  <?cs if:subcount(open) ?><table class="list list-mine cards" data-rows><thead><tr><th scope="col">#{col.ref}</th><th scope="col">#{col.title}</th><th scope="col">#{col.state}</th><th scope="col" class="end">#{col.updated}</th></tr></thead>
  <tbody><?cs each:r = open ?><?cs call:request_row(r) ?><?cs /each ?></tbody></table>
  <?cs else ?><div class="empty"><?cs call:icon("check-circle") ?><p><strong>#{portal.none}</strong> #{portal.none_help}</p></div><?cs /if ?>
</section>
<section class="block" aria-labelledby="h-services"><h2 id="h-services">#{portal.services}</h2>
  <ul class="tiles"><?cs each:s = services ?>
    <li><a class="tile" href="<?cs var:Page.base ?>/portal/request/new?service=<?cs var:s.id ?>"><?cs call:icon(s.icon) ?><span><strong><?cs var:s.name ?></strong><small><?cs var:s.about ?></small></span></a></li><?cs /each ?>
  </ul></section>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
