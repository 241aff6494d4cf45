// Runs before the page is painted: the person's light, then either the few lines of a plain page or the application.
(function () {
  var page = document.documentElement;
  var scripts = /*SCRIPTS*/ {};
  try {
    var theme = localStorage.getItem('carnet.theme');
    if (theme === 'light' || theme === 'dark') page.dataset.theme = theme;
    if (localStorage.getItem('carnet.language') === 'en') page.lang = 'en';
  } catch (_) {}
  var name = { '/': 'home', '/verifier': 'check' }[location.pathname] || 'app';
  page.dataset.page = name;
  if (name !== 'home') document.title = 'Carnet';
  scripts[name].forEach(function (source, index) {
    var tag;
    if (index === 0) {
      tag = document.createElement('script');
      tag.type = 'module';
      tag.src = source;
    } else {
      tag = document.createElement('link');
      tag.rel = 'modulepreload';
      tag.href = source;
    }
    document.head.appendChild(tag);
  });
})();
