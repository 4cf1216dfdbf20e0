import { newId } from '../../../platform/ids.ts';
import type { NewUnit, Unit } from '../units/queries.ts';
import { mayContain, SETTINGS, STAGES, type Stage, UNIT_LEVELS, type UnitLevel } from '../units/rules.ts';
import type { Org } from './oneroster/read.ts';
import type { RowPlace } from './roster-row.ts';
import type { Problem } from './rules.ts';

/** The units below an import's root by code and name, and those its rows want to be made. */

export interface FoundUnit {
  readonly id: string;
  readonly level: UnitLevel;
  readonly endsOn: string | null;
  readonly name: string;
}
interface Known extends FoundUnit {
  readonly parentId: string | null;
  readonly county: string | null;
}

export interface PlannedUnit extends NewUnit {
  readonly parentName: string;
}

const plain = (name: string): string => name.normalize('NFKC').replaceAll(/[\s·•.]/g, '');
/** 青溪县教育局 → 青溪县: what rosters call the county. */
const countyName = (name: string): string =>
  plain(name).replace(/(教育和体育局|教育体育局|教体局|教科体局|教育局|教委|教研室|教研院)$/, '');
/** 语文教研组, 语文组 and 语文 name the same group of a school. */
const groupName = (name: string): string => plain(name).replace(/(教研组|学科组|备课组|教研室|组)$/, '');

export class UnitIndex {
  readonly #byId = new Map<string, Known>();
  readonly #byCode = new Map<string, Known>();
  readonly #byName = new Map<string, Known[]>();
  readonly #groups = new Map<string, Known>();
  readonly #counties: Known[] = [];
  readonly #root: Known;
  readonly #create: boolean;
  readonly #found = new Map<string, FoundUnit | Problem>();
  readonly planned: PlannedUnit[] = [];

  constructor(root: Unit, units: readonly Unit[], options: { readonly create: boolean }) {
    const county = new Map<string, string>();
    for (const unit of units) {
      const above =
        unit.level === 'county'
          ? unit.id
          : unit.parentId === null
            ? null
            : (county.get(unit.parentId) ?? null);
      if (above !== null) county.set(unit.id, above);
      this.#add(
        {
          id: unit.id,
          level: unit.level,
          endsOn: unit.endsOn,
          name: unit.name,
          parentId: unit.parentId,
          county: above,
        },
        unit.code,
      );
    }
    this.#root = { ...root, county: county.get(root.id) ?? null };
    this.#create = options.create;
  }

  #add(unit: Known, code: string | null): void {
    if (unit.endsOn !== null) return;
    this.#byId.set(unit.id, unit);
    if (unit.level === 'group') {
      this.#groups.set(`${unit.parentId} ${groupName(unit.name)}`, unit);
      return;
    }
    if (unit.level === 'county') this.#counties.push(unit);
    if (code !== null) this.#byCode.set(plain(code).toUpperCase(), unit);
    const names = [plain(unit.name), ...(unit.level === 'county' ? [countyName(unit.name)] : [])];
    for (const name of new Set(names)) {
      const same = this.#byName.get(name);
      if (same) same.push(unit);
      else this.#byName.set(name, [unit]);
    }
  }

  /** The unit a row works for: found, planned, or what is wrong with what the row says. */
  find(place: RowPlace, stage: string | null): FoundUnit | Problem {
    // A roster names each school many times; what was found holds until another unit is planned.
    const key = [place.schoolCode, place.school, place.county, stage].join('\n');
    const before = this.#found.get(key);
    if (before !== undefined) return before;
    const found = this.#find(place, stage);
    this.#found.set(key, found);
    return found;
  }

  #find(place: RowPlace, stage: string | null): FoundUnit | Problem {
    const fault = (field: Problem['field'], code: Problem['code'], value: string): Problem => ({
      field,
      code,
      value,
    });
    if (place.schoolCode !== null) {
      const coded = this.#byCode.get(plain(place.schoolCode).toUpperCase());
      if (coded) return coded;
      if (place.school === null) return fault('schoolCode', 'unit-unknown', place.schoolCode);
    }
    if (place.school === null) {
      if (this.#root.level === 'school' || this.#root.level === 'county') return this.#root;
      return fault('school', 'unit-missing', '');
    }
    const county = place.county === null ? null : this.#countyOf(place.county);
    if (county === undefined) return fault('county', 'unit-unknown', place.county ?? '');
    const found = this.#named(place.school, county);
    if (found.length > 1) return fault('school', 'unit-ambiguous', place.school);
    const [unit] = found;
    if (unit) return unit;
    // A new school needs to be told its county, unless the root leaves no choice.
    const parent = county ?? (this.#counties.length <= 1 ? this.#root : null);
    if (!this.#create || parent === null || !mayContain(parent.level, 'school')) {
      return fault('school', 'unit-unknown', place.school);
    }
    return this.#plan({
      id: newId(),
      parentId: parent.id,
      parentName: parent.name,
      level: 'school',
      name: place.school,
      code: place.schoolCode,
      stages: stage === null ? [] : [stage as Stage],
    });
  }

  #named(school: string, county: Known | null): Known[] {
    const name = plain(school);
    const prefixes =
      county === null ? this.#counties.map((one) => countyName(one.name)) : [countyName(county.name)];
    const exact = this.#byName.get(name) ?? [];
    const found =
      exact.length > 0 ? exact : prefixes.flatMap((prefix) => this.#byName.get(prefix + name) ?? []);
    const here = county === null ? found : found.filter((unit) => unit.county === county.id);
    return [...new Set(here)];
  }

  #countyOf(name: string): Known | undefined | null {
    const wanted = countyName(name);
    const short = wanted.replace(/(区|县|市|旗)$/, '');
    const known =
      this.#counties.find((one) => countyName(one.name) === wanted) ??
      this.#counties.find(
        (one) => short.length >= 2 && countyName(one.name).replace(/(区|县|市|旗)$/, '') === short,
      );
    if (known) return known;
    // A county's own roster names the county in every row; a school's too.
    return this.#root.level === 'county' || this.#root.level === 'school' ? null : undefined;
  }

  /**
   * The units of a file that describes its own: those known by id, code or name under their parent, the others
   * planned. Returns ours by the file's ids; the file's top unit, when it is not ours, stands for the root.
   */
  adopt(orgs: readonly Org[]): Map<string, FoundUnit> {
    const ours = new Map<string, Known>();
    const waiting = new Map(orgs.map((org) => [org.sourcedId, org]));
    const depth = (org: Org): number => {
      const parent = org.parent === null ? undefined : waiting.get(org.parent);
      return parent === undefined || parent === org ? 0 : Math.min(10, 1 + depth(parent));
    };
    for (const org of orgs.toSorted(
      (a, b) => UNIT_LEVELS.indexOf(a.level) - UNIT_LEVELS.indexOf(b.level) || depth(a) - depth(b),
    )) {
      const parent = org.parent === null ? this.#root : (ours.get(org.parent) ?? this.#root);
      const known = this.#byId.get(org.sourcedId) ?? this.#known(org, parent);
      if (known) ours.set(org.sourcedId, known);
      else if (UNIT_LEVELS.indexOf(org.level) <= UNIT_LEVELS.indexOf(this.#root.level))
        ours.set(org.sourcedId, this.#root);
      else if (this.#create && mayContain(parent.level, org.level)) {
        ours.set(
          org.sourcedId,
          this.#plan({
            id: newId(),
            parentId: parent.id,
            parentName: parent.name,
            level: org.level,
            name: org.name,
            code:
              org.identifier !== null && !this.#byCode.has(plain(org.identifier).toUpperCase())
                ? org.identifier
                : null,
            stages: STAGES.filter((stage) => org.stages.includes(stage)),
            setting: SETTINGS.find((setting) => setting === org.setting) ?? null,
            subject: org.subject,
          }),
        );
      }
    }
    return ours;
  }

  #known(org: Org, parent: Known): Known | undefined {
    if (org.level === 'group') return this.#groups.get(`${parent.id} ${groupName(org.name)}`);
    const coded = org.identifier === null ? undefined : this.#byCode.get(plain(org.identifier).toUpperCase());
    if (coded?.level === org.level) return coded;
    return this.#byName
      .get(plain(org.name))
      ?.find(
        (unit) => unit.level === org.level && (unit.parentId === parent.id || unit.id === this.#root.id),
      );
  }

  /** The group of a school; planned or a fault when there is none; null when the row names none. */
  findGroup(unit: FoundUnit, group: string | null, subject: string | null): string | null | Problem {
    if (group === null || unit.level !== 'school') return null;
    const base = groupName(group);
    const known = this.#groups.get(`${unit.id} ${base}`);
    if (known) return known.id;
    if (!this.#create) return { field: 'group', code: 'group-unknown', value: group };
    return this.#plan({
      id: newId(),
      parentId: unit.id,
      parentName: unit.name,
      level: 'group',
      name: /(组|室)$/.test(group) ? group : `${group}教研组`,
      subject: subject !== null && base.includes(subject) ? subject : base,
    }).id;
  }

  #plan(unit: PlannedUnit): Known {
    this.planned.push(unit);
    this.#found.clear();
    const known: Known = {
      id: unit.id,
      level: unit.level,
      endsOn: null,
      name: unit.name,
      parentId: unit.parentId,
      county: unit.level === 'school' && unit.parentId !== this.#root.id ? unit.parentId : this.#root.county,
    };
    this.#add(known, unit.code ?? null);
    return known;
  }
}
