import { describe, expect, it } from 'vitest';
import { suggestSlug, transliterate } from './slug.ts';

describe('the transliteration', () => {
  it.each([
    ['Єнакієве', 'yenakiieve'],
    ['Їжакевич Мар’їне', 'yizhakevych marine'],
    ['Згорани', 'zghorany'],
    ['Йосипівка, Стрий', 'yosypivka, stryi'],
    ['Юрій Крюківка', 'yurii kriukivka'],
    ['Ґалаґан, Яготин', 'galagan, yahotyn'],
    ['Щербухи Гоща', 'shcherbukhy hoshcha'],
  ])('writes %s as %s', (ukrainian, latin) => {
    expect(transliterate(ukrainian)).toBe(latin);
  });
});

describe('a suggested address', () => {
  it('keeps letters, digits and single hyphens only', () => {
    expect(suggestSlug('«Перша ніч» після зими — №1!')).toBe('persha-nich-pislia-zymy-1');
    expect(suggestSlug('Café del Mar')).toBe('cafe-del-mar');
    expect(suggestSlug('———')).toBe('');
  });

  it('is cut between words at sixty signs', () => {
    const slug = suggestSlug('Найдовша назва події яку тільки можна було вигадати для цього клубу');
    expect(slug.length).toBeLessThanOrEqual(60);
    expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });
});
