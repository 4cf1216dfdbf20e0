import { expect, test } from 'vitest';
import { networkOf, placeOf } from './rules.ts';

test('a sender is an IPv4 address, or the /64 of an IPv6 one however it is written', () => {
  expect(networkOf('203.0.113.7')).toBe('203.0.113.7');
  expect(networkOf('::ffff:203.0.113.7')).toBe('203.0.113.7');
  expect(networkOf('2001:DB8:0:1::1')).toBe('2001:db8:0:1::/64');
  expect(networkOf('2001:db8:0:1:ffff:0:0:2')).toBe('2001:db8:0:1::/64');
  expect(networkOf('::1')).toBe('0:0:0:0::/64');
  expect(networkOf('unknown')).toBe('unknown');
  expect(networkOf('1:2:3:4:5:6:7:8:9')).toBe('1:2:3:4:5:6:7:8:9');
});

test('a place is an address without its last part, and nothing when there is none', () => {
  expect(placeOf('203.0.113.7')).toBe('203.0.113.*');
  expect(placeOf('2001:db8:5:6::1')).toBe('2001:db8:5::*');
  expect(placeOf('fe80::1%eth0')).toBe('fe80:0:0::*');
  expect(placeOf('unknown')).toBeNull();
});
