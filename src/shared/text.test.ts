import { describe, expect, it } from 'vitest';
import { enumerateLong, maskName, maskNumber, tidyName } from './text.ts';

describe('a name', () => {
  it.each([
    [' 李　华 ', '李华'],
    ['阿依古丽 • 买买提', '阿依古丽·买买提'],
    ['阿依古丽.买买提', '阿依古丽·买买提'],
    ['Ａnna  Ｌee', 'Anna Lee'],
    ['John J. Li', 'John J. Li'],
    ['王\u200b芳\t', '王芳'],
    ['𠮷䶮㛃龴𬭊', '𠮷䶮㛃龴𬭊'],
  ])('typed as %j is compared as %j', (typed, tidy) => {
    expect(tidyName(typed)).toBe(tidy);
    expect(tidyName(tidy)).toBe(tidy);
  });

  it('is masked by whole characters, rare ones included', () => {
    expect(['李华', '𠮷小兰', '王'].map(maskName)).toEqual(['李*', '𠮷**', '王']);
  });
});

it('a private number shows only its ends', () => {
  expect(['13812345678', '440105199001011234', '20110007', '12'].map(maskNumber)).toEqual([
    '138****5678',
    '440***********1234',
    '******07',
    '**',
  ]);
});

describe('several things one after another', () => {
  it('are set apart by semicolons where one of them has commas of its own', () => {
    const long = ['同等条件下，先进工作者优先', '推荐次序'];
    expect(enumerateLong('zh-CN', long)).toBe('同等条件下，先进工作者优先；推荐次序');
    expect(enumerateLong('zh-CN', ['得分', '推荐次序'])).toBe('得分、推荐次序');
    expect(enumerateLong('en', ['of equals, advanced workers first', 'order'])).toBe(
      'of equals, advanced workers first; order',
    );
  });
});
