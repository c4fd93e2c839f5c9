<?cs # Keyset paging. Pager.next and Pager.first are paths with their query; Pager.shown is a count in words. There are no page numbers:
    a list that changes while it is read has none. ?>
<?cs if:Pager.next || Pager.first || Pager.shown ?><nav class="pager" aria-label="#{pager.nav}">
  <span><?cs var:Pager.shown ?></span>
  <span class="acts"><?cs if:Pager.first ?><a class="btn btn-sm" href="<?cs var:Page.base ?><?cs var:Pager.first ?>" hx-get="<?cs var:Page.base ?><?cs var:Pager.first ?>" hx-target="#main" hx-push-url="true"><?cs call:icon("chevron-left") ?> #{pager.first}</a><?cs /if ?>
  <?cs if:Pager.next ?><a class="btn btn-sm" href="<?cs var:Page.base ?><?cs var:Pager.next ?>" hx-get="<?cs var:Page.base ?><?cs var:Pager.next ?>" hx-target="#main" hx-push-url="true" data-key="]" data-key-label="#{pager.next}">#{pager.next} <?cs call:icon("chevron-right") ?></a><?cs /if ?></span>
</nav><?cs /if ?>
