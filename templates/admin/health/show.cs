<?cs include:"/_layout/parts.cs" ?>
<?cs # checks.N: .name .state(.text; ok warn bad) .text .since; facts.N: .label .value; settings.N: .name .value; health.at ?>
<?cs def:page_body() ?>
<div class="head"><div><h1>#{health.title}</h1><p class="lead">#{health.lead} <?cs call:moment(health.at) ?></p></div></div>
<div class="cols"><section class="sheet"><h2>#{health.parts}</h2><table class="list cards"><thead><tr><th scope="col">#{health.part}</th><th scope="col">#{col.state}</th><th scope="col">#{health.says}</th></tr></thead><tbody><?cs each:c = checks ?>
  <tr><th scope="row"><strong><?cs var:c.name ?></strong></th><td><?cs call:state(c.state) ?></td><td class="wide"><?cs var:c.text ?></td></tr><?cs /each ?></tbody></table></section>
<aside><section class="sheet"><h2>#{health.facts}</h2><div class="sheet-body"><dl class="facts"><?cs each:f = facts ?><div><dt><?cs var:f.label ?></dt><dd><?cs var:f.value ?></dd></div><?cs /each ?></dl></div></section></aside></div>
<section class="sheet block"><h2>#{health.settings}</h2><table class="list cards"><tbody><?cs each:s = settings ?>
  <tr><th scope="row" class="mono small"><?cs var:s.name ?></th><td class="mono small wide"><?cs var:s.value ?></td></tr><?cs /each ?></tbody></table></section>
<?cs /def ?><?cs include:"/_layout/page.cs" ?>
