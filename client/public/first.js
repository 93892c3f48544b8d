/* Runs before the first paint: the place and the chosen look decide what the page shows until its script is there. */
(() => {
  const { dataset } = document.documentElement;
  const place = location.pathname.split('/').filter(Boolean).pop();
  dataset.place = /^\/(?:r\/[^/]+\/)?(?:wall|lab|privacy)\/?$/.test(location.pathname) ? place : 'draw';
  // The server went away after it sent this page: the page comes as soon as its script can be had.
  const retry = script =>
    fetch(script, { method: 'HEAD' })
      .then(({ ok }) => ok)
      .catch(() => false)
      .then(there => (there ? location.reload() : setTimeout(retry, 2000, script)));
  addEventListener(
    'error',
    ({ target }) => {
      if (!(target instanceof HTMLScriptElement)) return;
      dataset.failed = '';
      setTimeout(retry, 2000, target.src);
    },
    true,
  );
  try {
    const look = JSON.parse(localStorage.getItem('inkling.look'));
    if (look === 'day' || look === 'night') dataset.look = look;
  } catch {
    // Storage is blocked, or edited by hand: the system's preference decides.
  }
})();
