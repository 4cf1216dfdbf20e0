import { availableParallelism } from 'node:os';
import type { Config } from '../config.ts';
import { bad, type Finding, good, warning } from './finding.ts';

const LOCAL = /^(127\.|::1$|localhost$)/;

/** Who reaches it from where, and through which proxy. */
export function address({ origin, host, proxies, demo, processes }: Config): Finding[] {
  const findings: Finding[] = [];
  const open = !LOCAL.test(host);
  if (demo && (open || origin !== null))
    findings.push(
      bad(
        {
          zh: '演示模式对外开放：任何人都能一键以任何身份登录',
          en: 'The demo is open to others: anyone signs in as anyone with one click',
        },
        {
          zh: '设 QINGLAN_DEMO=0，并换一个空的数据文件夹',
          en: 'Set QINGLAN_DEMO=0 and take an empty data folder',
        },
      ),
    );
  if (origin?.startsWith('http:') === true && !LOCAL.test(new URL(origin).hostname))
    findings.push(
      bad(
        {
          zh: `${origin} 没有加密：密码在网上明文传送`,
          en: `${origin} is not encrypted: passwords cross the network in the clear`,
        },
        {
          zh: '在代理上配好证书，把 QINGLAN_ORIGIN 改成 https://…（deploy/nginx.conf、deploy/Caddyfile）',
          en: 'Give the proxy a certificate and make QINGLAN_ORIGIN https://… (deploy/nginx.conf, deploy/Caddyfile)',
        },
      ),
    );
  if (open && origin === null)
    findings.push(
      warning(
        { zh: `直接对外监听 ${host}，没有加密`, en: `Listens on ${host} for all, without encryption` },
        {
          zh: '在前面放一个带证书的代理，设 QINGLAN_ORIGIN',
          en: 'Put a proxy with a certificate in front and set QINGLAN_ORIGIN',
        },
      ),
    );
  if (origin !== null && proxies.rules.length === 0)
    findings.push(
      warning(
        {
          zh: '设了 QINGLAN_ORIGIN 而没有 QINGLAN_PROXIES：审计和限速记下的都是代理的地址',
          en: 'QINGLAN_ORIGIN is set but not QINGLAN_PROXIES: the audit and the limits see the proxy’s address for everyone',
        },
        {
          zh: '把代理的地址写进 QINGLAN_PROXIES，同一台机器写 loopback',
          en: 'Name the proxy in QINGLAN_PROXIES; loopback if it is on this machine',
        },
      ),
    );
  if (processes > availableParallelism())
    findings.push(
      warning(
        {
          zh: `${processes} 个进程多于 ${availableParallelism()} 个核`,
          en: `${processes} processes are more than the ${availableParallelism()} cores`,
        },
        { zh: '把 QINGLAN_PROCESSES 设为不超过核数', en: 'Set QINGLAN_PROCESSES to no more than the cores' },
      ),
    );
  return findings.length > 0
    ? findings
    : [good('地址与代理的设置相配', 'Address and proxy settings fit together')];
}
