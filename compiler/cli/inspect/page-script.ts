/** What the page does: a click on a line shows all that belongs to its kernels; a second click shows everything. */
export const pageScript = `
const main = document.querySelector('main');
const lines = [...main.querySelectorAll('.line')];
const kernelsOf = (line) => line.dataset.kernels.split(' ').filter(Boolean);
let chosen = '';
function choose(line) {
  const kernels = kernelsOf(line);
  chosen = kernels.join(' ') === chosen ? '' : kernels.join(' ');
  main.classList.toggle('chosen', chosen !== '');
  for (const each of lines)
    each.classList.toggle('on', chosen !== '' && kernelsOf(each).some((kernel) => kernels.includes(kernel)));
  if (chosen === '') return;
  for (const section of main.querySelectorAll('section')) {
    if (section.contains(line)) continue;
    const [list, on] = [section.querySelector('div'), section.querySelector('.on')];
    if (on) list.scrollTop += on.getBoundingClientRect().top - list.getBoundingClientRect().top - 60;
  }
}
main.addEventListener('click', (event) => {
  const line = event.target.closest('.line');
  if (line && kernelsOf(line).length > 0) choose(line);
});
const asked = location.hash.slice(1);
const first = asked && lines.find((line) => line.classList.contains('kernel') && line.dataset.kernels === asked);
if (first) choose(first);
`;
