export const privacySettingsPath = '/settings/privacy';
export const retentionPath = (kind: string): string => `${privacySettingsPath}/retention/${kind}`;
export const idNumberSettingPath = `${privacySettingsPath}/id-numbers`;
export const correctionsPath = '/corrections';
export const teachersPath = '/teachers';
export const noticesSettingPath = `${privacySettingsPath}/notices`;
