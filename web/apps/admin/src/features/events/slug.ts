/** Transliteration by the Cabinet of Ministers' resolution 55 of 2010, the one on passports and road signs. */
const LETTERS: Record<string, string> = {
  а: 'a', б: 'b', в: 'v', г: 'h', ґ: 'g', д: 'd', е: 'e', є: 'ie', ж: 'zh', з: 'z', и: 'y', і: 'i', ї: 'i', й: 'i',
  к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch',
  ш: 'sh', щ: 'shch', ь: '', ю: 'iu', я: 'ia', ё: 'io', ы: 'y', э: 'e', ъ: '',
};
/** At the beginning of a word. */
const FIRST: Record<string, string> = { є: 'ye', ї: 'yi', й: 'y', ю: 'yu', я: 'ya' };
const LONGEST = 60;

export function transliterate(text: string): string {
  const bare = text.toLowerCase().replace(/['’ʼ`´]/g, '').replaceAll('зг', 'zgh');
  return bare.replace(/\p{Letter}/gu, (letter, index: number) => {
    const begins = index === 0 || !/\p{Letter}/u.test(bare[index - 1]!);
    return (begins ? FIRST[letter] : undefined) ?? LETTERS[letter] ?? letter;
  });
}

/** A page's address for a title: small Latin letters, digits and single hyphens; cut between words. */
export function suggestSlug(title: string): string {
  const latin = transliterate(title).normalize('NFD').replace(/\p{Mark}/gu, '');
  const slug = latin.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  if (slug.length <= LONGEST) return slug;
  const cut = slug.slice(0, LONGEST + 1);
  return cut.slice(0, Math.max(cut.lastIndexOf('-'), 1)).slice(0, LONGEST);
}
