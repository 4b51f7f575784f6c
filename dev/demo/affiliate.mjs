// Pays one affiliate for the previous month: two commissions, one run, approved, paid outside of the system.
export async function payAffiliate(call, token) {
  const asFinance = { authorization: `Bearer ${token}` };
  const affiliate_id = `affiliate-${Date.now()}`;
  const now = new Date();
  const earned_at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 15)).toISOString();
  for (const [n, amount_cents] of ['1250', '3075'].entries()) {
    const source_event_id = `${affiliate_id}-sale-${n}`;
    await call('POST', '/v1/commissions', { affiliate_id, currency: 'EUR', amount_cents, source_event_id, earned_at }, asFinance);
  }
  await call('POST', '/v1/admin/payouts/run-monthly', {}, asFinance);
  const { data } = await call('GET', `/v1/admin/payouts?affiliate_id=${affiliate_id}`, undefined, asFinance);
  await call('POST', `/v1/admin/payouts/${data[0].id}/approve`, {}, asFinance);
  return call('POST', `/v1/admin/payouts/${data[0].id}/mark-paid`, { external_ref: `transfer-${affiliate_id}` }, asFinance);
}
