import { type SettingMeta, settings } from '../src/platform/config.ts';

/** docs/settings.md: every setting with what it means and what holds without it, in both languages. */
export function describeSettings(): string {
  const rows = Object.entries(settings.shape).map(([name, type]) => {
    const meta = type.meta() as unknown as SettingMeta | undefined;
    if (meta === undefined) throw new Error(`${name}: say what it means (src/platform/config.ts)`);
    const parsed = type.safeParse(undefined);
    const fallback =
      parsed.success && typeof parsed.data === 'string' && parsed.data !== '' ? parsed.data : null;
    const otherwise = (locale: 'zh' | 'en') =>
      meta.otherwise?.[locale] ?? (fallback === null ? '' : `\`${fallback}\``);
    return { name, meta, otherwise };
  });
  const example = ({ example: given }: SettingMeta) => (given === undefined ? '' : `\`${given}\``);
  const table = (locale: 'zh' | 'en') =>
    rows.map(
      ({ name, meta, otherwise }) =>
        `| \`${name}\` | ${meta[locale]} | ${otherwise(locale)} | ${example(meta)} |`,
    );
  return `# 设置 · Settings

Written by \`npm run settings\` from \`src/platform/config.ts\`; a test compares. 由 \`npm run settings\` 生成，勿手改。

## 设置

都是环境变量，一个也不必设。空的等于没设。不能用的值在启动时逐条指出；名字写错的（如 \`QINGLAN_ORIGN\`）会指出想写的是哪个。\`qinglan doctor\` 检查它们是否相配。

| 变量 | 含义 | 不设时 | 例 |
| --- | --- | --- | --- |
${table('zh').join('\n')}

## Settings

All are environment variables; none is needed. An empty one is one that is not set. A value that cannot be used is named at the start, and so is a name that is misspelt (\`QINGLAN_ORIGN\`) with the one that was meant. \`qinglan doctor\` checks whether they fit together.

| variable | meaning | otherwise | example |
| --- | --- | --- | --- |
${table('en').join('\n')}
`;
}
