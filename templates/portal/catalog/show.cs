<?cs include:"/_layout/parts.cs" ?>
<?cs # groups.N: .name, .services.N: .id .name .about .icon ?>
<?cs def:page_body() ?>
<div class="head"><div><ol class="crumbs"><li><a href="<?cs var:Page.base ?>/portal/">#{area.portal}</a></li><li>#{portal.catalog}</li></ol>
  <h1>#{portal.catalog}</h1><p class="lead">#{portal.catalog_lead}</p></div></div>
<?cs if:subcount(groups) ?><?cs each:g = groups ?><section class="mb-4"><h2><?cs var:g.name ?></h2>
  <ul class="tiles"><?cs each:s = g.services ?>
    <li><a class="tile" href="<?cs var:Page.base ?>/portal/request/new?service=<?cs var:s.id ?>"><?cs call:icon(s.icon) ?><span><strong><?cs var:s.name ?></strong><small><?cs var:s.about ?></small></span></a></li><?cs /each ?>
  </ul></section><?cs /each ?>
<?cs else ?><div class="sheet"><div class="empty"><?cs call:icon("grid") ?><p><strong>#{portal.catalog_none}</strong> #{portal.catalog_none_help}</p></div></div><?cs /if ?>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
