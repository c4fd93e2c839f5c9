<?cs # The frame of every page. A page includes parts.cs, defines the macro page_body and then includes this file. Page.fragment = the body alone (htmx). ?>
<?cs if:Page.fragment ?><?cs call:page_body() ?><?cs else ?><!doctype html>
<html lang="<?cs var:Page.lang ?>" data-bs-theme="<?cs if:Page.theme ?><?cs var:Page.theme ?><?cs else ?>auto<?cs /if ?>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="same-origin">
<?cs # htmx: no style of its own, and going back loads the whole page (a fragment has no frame) ?>
<meta name="htmx-config" content="includeIndicatorCSS:false, history:&quot;reload&quot;">
<title><?cs var:Page.title ?> · <?cs if:Page.site ?><?cs var:Page.site ?><?cs else ?>Gradus<?cs /if ?></title>
<link rel="icon" type="image/svg+xml" href="<?cs var:Static.favicon ?>">
<link rel="stylesheet" href="<?cs var:Static.app_css ?>">
<?cs if:Page.viewer ?><link rel="stylesheet" href="<?cs var:Static.viewer_css ?>">
<script type="module" src="<?cs var:Static.viewer_js ?>"></script>
<?cs /if ?><script type="module" src="<?cs var:Static.app_js ?>"></script>
</head>
<body>
<a class="skip" href="#main">#{page.skip}</a>
<header class="top">
  <div class="top-row">
    <a class="brand" href="<?cs var:Page.home ?>/"><?cs call:icon("gradus") ?> Gradus<span class="visually-hidden">, #{page.start}</span></a><?cs if:Page.site && Page.site != "Gradus" ?><span class="site"><?cs var:Page.site ?></span><?cs /if ?>
    <?cs if:Page.search.href ?><form class="top-search" role="search" method="get" action="<?cs var:Page.base ?><?cs var:Page.search.href ?>">
      <?cs call:icon("search") ?>
      <input class="form-control" type="search" name="q" maxlength="200" value="<?cs var:Page.search.q ?>" placeholder="#{page.search_hint}" aria-label="#{page.search}" data-key="/" data-key-label="#{page.search}">
    </form><?cs /if ?>
    <div class="top-end">
    <?cs if:User.name ?>
      <details class="menu">
        <summary class="btn btn-plain"><?cs call:icon("person") ?> <span><?cs var:User.name ?></span> <?cs call:icon("chevron-down") ?></summary>
        <div class="menu-sheet">
          <div class="menu-head">#{page.areas}</div>
          <?cs if:Page.area.portal ?><a class="menu-item" href="<?cs var:Page.base ?>/portal/"><?cs call:icon("life-preserver") ?> #{area.portal}</a><?cs /if ?>
          <?cs if:Page.area.agent ?><a class="menu-item" href="<?cs var:Page.base ?>/agent/"><?cs call:icon("headset") ?> #{area.agent}</a><?cs /if ?>
          <?cs if:Page.area.designer ?><a class="menu-item" href="<?cs var:Page.base ?>/designer/"><?cs call:icon("diagram-3") ?> #{area.designer}</a><?cs /if ?>
          <?cs if:Page.area.auditor ?><a class="menu-item" href="<?cs var:Page.base ?>/auditor/"><?cs call:icon("fingerprint") ?> #{area.auditor}</a><?cs /if ?>
          <?cs if:Page.area.admin ?><a class="menu-item" href="<?cs var:Page.base ?>/admin/"><?cs call:icon("sliders") ?> #{area.admin}</a><?cs /if ?>
          <hr>
          <?cs call:look() ?>
          <hr>
          <a class="menu-item" href="<?cs var:Page.base ?>/portal/profile"><?cs call:icon("person") ?> #{page.profile}</a>
          <button class="menu-item" type="button" hidden data-script data-keys-open><?cs call:icon("keyboard") ?> #{page.keys}</button>
          <form method="post" action="<?cs var:Page.base ?>/login/out"><?cs call:hidden() ?><button class="menu-item" type="submit"><?cs call:icon("box-arrow-right") ?> #{page.sign_out}</button></form>
        </div>
      </details>
    <?cs else ?>
      <details class="menu">
        <summary class="btn btn-plain" aria-label="#{page.look}"><?cs call:icon("translate") ?> <?cs call:icon("chevron-down") ?></summary>
        <div class="menu-sheet"><?cs call:look() ?></div>
      </details>
    <?cs /if ?>
    </div>
  </div>
  <?cs if:subcount(Page.nav) ?><nav class="tabs" aria-label="#{page.nav}"><ul><?cs each:n = Page.nav ?>
    <li><a href="<?cs var:Page.base ?><?cs var:n.href ?>"<?cs if:n.current ?> aria-current="page"<?cs /if ?>><?cs if:n.icon ?><?cs call:icon(n.icon) ?><?cs /if ?> <?cs var:n.label ?><?cs if:n.count ?> <span class="count"><?cs var:n.count ?></span><?cs /if ?></a></li><?cs /each ?>
  </ul></nav><?cs /if ?>
</header>
<?cs if:Page.banner ?><div class="say say-warn say-top" role="status"><?cs call:icon("exclamation-triangle") ?><p><?cs var:Page.banner ?></p></div><?cs /if ?>
<main class="main" id="main" tabindex="-1">
<?cs if:Page.flash ?><div class="say say-good" role="status"><?cs call:icon("check-circle") ?><p><?cs var:Page.flash ?></p></div><?cs /if ?>
<?cs call:page_body() ?>
</main>
<footer class="foot"><div class="foot-row">
  <span>Gradus</span><a href="<?cs var:Static.licences ?>">#{page.licences}</a>
  <?cs if:Page.help ?><a href="<?cs var:Page.help ?>">#{page.help}</a><?cs /if ?>
  <?cs if:Page.request ?><span class="foot-end">#{page.request} <span class="mono"><?cs var:Page.request ?></span></span><?cs /if ?>
</div></footer>
<?cs if:User.name ?><dialog class="keys" aria-labelledby="keys-title">
  <div class="sheet-head"><h2 id="keys-title">#{page.keys}</h2><form method="dialog"><button class="btn btn-sm" type="submit">#{page.close}</button></form></div>
  <div class="sheet-body">
    <dl class="keys-list"><dt><kbd>?</kbd></dt><dd>#{keys.sheet}</dd><dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>#{keys.rows}</dd><dt><kbd>Ctrl</kbd> <kbd>Enter</kbd></dt><dd>#{keys.send}</dd></dl>
    <p class="mt-3 mb-0"><label><input type="checkbox" data-keys-switch> #{keys.switch}</label></p>
  </div>
</dialog><?cs /if ?>
</body>
</html>
<?cs /if ?>
