import { describe, expect, test } from 'vitest';
import { createContext, jsx } from './jsx.ts';

const html = (element: unknown) => String(element);

describe('JSX as one string', () => {
  test('text and attributes are escaped; numbers stand, nothing stands for null, false and true', () => {
    const name = `<b>&"'`;
    expect(html(<p title={name}>{name}</p>)).toBe(
      '<p title="&lt;b&gt;&amp;&quot;&#39;">&lt;b&gt;&amp;&quot;&#39;</p>',
    );
    expect(html(<td>{[0, null, false, true, undefined, ['a', 1]]}</td>)).toBe('<td>0a1</td>');
  });

  test('attributes that are there or not, that say true or false, and that are left out', () => {
    expect(html(<input disabled checked={false} aria-invalid={true} data-filters value={undefined} />)).toBe(
      '<input disabled="" aria-invalid="true" data-filters="true"/>',
    );
    expect(() => html(jsx('a', { href: () => '/' }))).toThrow('The attribute href is no text');
  });

  test('components are written outer before inner, so that a context is there for those within it and no others', () => {
    const tone = createContext('quiet');
    const Says = () => <i>{tone.use()}</i>;
    const page = (
      <div>
        <Says />
        <tone.Provider value="loud">
          <Says />
          <tone.Provider value="louder">
            <Says />
          </tone.Provider>
          <Says />
        </tone.Provider>
        <Says />
      </div>
    );
    const five = '<div><i>quiet</i><i>loud</i><i>louder</i><i>loud</i><i>quiet</i></div>';
    expect([html(page), html(page)]).toEqual([five, five]);
  });

  test('a context ends also when a component fails, and what was being written is not left behind', () => {
    const tone = createContext('quiet');
    const Fails = (): null => {
      throw new Error('no words');
    };
    expect(() =>
      html(
        <p>
          <tone.Provider value="loud">
            <Fails />
          </tone.Provider>
        </p>,
      ),
    ).toThrow('no words');
    expect(tone.use()).toBe('quiet');
    expect(html(<>after</>)).toBe('after');
  });

  test('what could only be waited for is refused', () => {
    expect(() => html(jsx('p', { children: Promise.resolve('late') }))).toThrow('asynchronous');
    expect(() => html(jsx('p', { children: { toString: () => '<b>' } }))).toThrow('asynchronous');
  });
});
