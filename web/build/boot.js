// Runs before the page is painted: the person's light, then either the home page's few lines or the application.
(function () {
  var page = document.documentElement;
  var scripts = /*SCRIPTS*/ {};
  try {
    var theme = localStorage.getItem('carnet.theme');
    if (theme === 'light' || theme === 'dark') page.dataset.theme = theme;
    if (localStorage.getItem('carnet.language') === 'en') page.lang = 'en';
  } catch (_) {}
  var home = location.pathname === '/';
  page.dataset.page = home ? 'home' : 'app';
  if (!home) document.title = 'Carnet';
  (home ? scripts.home : scripts.app).forEach(function (source, index) {
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
