<?cs include:"/_layout/parts.cs" ?>
<?cs # rows.N: .group (DN) .role.text .queue; people.N: .id .name .login .roles .state(.text); filter: .q .more (how many are shown, if not all) ?>
<?cs def:page_body() ?>
<div class="head"><div><h1>#{role.title}</h1><p class="lead">#{role.lead}</p></div></div>
<section class="sheet"><h2>#{role.map}</h2><?cs if:subcount(rows) ?><table class="list cards"><thead><tr><th scope="col">#{role.group}</th><th scope="col">#{role.role}</th><th scope="col">#{role.queue}</th></tr></thead><tbody><?cs each:r = rows ?>
  <tr><th scope="row" class="wide mono small"><?cs var:r.group ?></th><td><span class="tag"><?cs call:icon("arrow-right") ?> <?cs var:r.role.text ?></span></td><td><?cs var:r.queue ?></td></tr><?cs /each ?></tbody></table>
  <?cs else ?><div class="empty"><?cs call:icon("people") ?><p><strong>#{role.none}</strong></p></div><?cs /if ?></section>
<section class="sheet"><h2>#{role.people}</h2><form class="filters" method="get" action="<?cs var:Page.base ?>/admin/role" hx-get="<?cs var:Page.base ?>/admin/role" hx-target="#main" hx-push-url="true"><div class="grow"><label for="f-q">#{role.find}</label><input class="form-control" type="search" id="f-q" name="q" maxlength="200" value="<?cs var:filter.q ?>"></div><button class="btn" type="submit">#{page.search}</button></form>
  <?cs if:subcount(people) ?><table class="list cards" data-rows><tbody><?cs each:p = people ?><tr data-row><th scope="row"><a class="title" href="<?cs var:Page.base ?>/admin/person/<?cs var:p.id ?>"><?cs var:p.name ?></a> <span class="mono muted"><?cs var:p.login ?></span></th><td><?cs var:p.roles ?></td><td><?cs call:state(p.state) ?></td></tr><?cs /each ?></tbody></table><?cs if:filter.more ?><div class="sheet-body muted">#{role.more|filter.more}</div><?cs /if ?><?cs else ?><div class="empty"><p>#{role.find_help}</p></div><?cs /if ?></section>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
