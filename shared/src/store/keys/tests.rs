//! A test of the spelling of every key.

use jiff::Timestamp;

use super::*;
use crate::domain::{
    Actor, ApplicationId, BackfillId, ClickId, CommissionId, CommissionState, EventKind, ExportId, ExternalId, Fresh,
    ImportId, LinkKey, NetworkCallId, UserId, WebhookId,
};

#[test]
fn every_key_is_spelled_as_the_table_says() {
    let now = Timestamp::UNIX_EPOCH;
    let slug = BrandSlug::parse("acme").unwrap();
    let mail = EmailAddress::parse("a@example.com").unwrap();
    let (ptn, adm) = (PartnerId::fresh(now, [0; 10]), AdminId::fresh(now, [0; 10]));
    let hash = Hash::of(b"");
    let (ptn2, link) = (ptn.clone(), LinkKey::parse("MaRia").unwrap());
    let (com, imp) = (CommissionId::fresh(now, [0; 10]), ImportId::fresh(now, [0; 10]));
    let (bkf, application) = (BackfillId::fresh(now, [0; 10]), ApplicationId::parse("app_1").unwrap());
    let of = |kind| event(&Event::new(EventId::fresh(now, [0; 10]), &slug, Actor::operator(), kind, now));
    let keys = [
        brand(&slug).raw,
        logo(&slug, &hash).raw,
        program(&slug, &ProgramId::fresh(now, [0; 10])).raw,
        admin(&slug, &adm).raw,
        admin_email(&slug, &mail).raw,
        api_key(&hash).raw,
        partner(&slug, &ptn).raw,
        metadata(&slug, &ptn).raw,
        partner_notice(&slug, &ptn, &EventId::fresh(now, [0; 10])).raw,
        email(&slug, &mail).raw,
        address(&slug, &mail).raw,
        erased(&slug, &hash).raw,
        of(EventKind::PartnerAdded { partner: ptn, import: None }).raw,
        of(EventKind::AdminSignedIn { admin: adm }).raw,
        token(&hash).raw,
        attempt(&hash).raw,
        session(&hash).raw,
        answer(&hash).raw,
        export(&slug, &ExportId::fresh(now, [0; 10])).raw,
        overview(&slug).raw,
        import(&slug, &imp).raw,
        import_plan(&slug, &imp).raw,
        import_chunk(&slug, &imp, 17).raw,
        import_selection(&slug, &imp, 17).raw,
        share_link(&slug, &ptn2, &link).raw,
        link_claim(&slug, &link).raw,
        commission(&slug, &ptn2, &com).raw,
        commission_owner(&slug, &com).raw,
        balance(&slug, &ptn2).raw,
        click(&slug, &ClickId::fresh(now, [0; 10])).raw,
        visitor(&slug, &UserId::parse("u").unwrap()).raw,
        conversion(&slug, &ExternalId::parse("o").unwrap()).raw,
        dropped(&slug, "2026-11-22", 3).raw,
        api_key_name(&slug, &ApiKeyId::fresh(now, [0; 10])).raw,
        rate("login", &["a"], 7).raw,
        network(&slug).raw,
        network_call(&slug, &NetworkCallId::fresh(now, [0; 10])).raw,
        push_failure(&slug, &ptn2).raw,
        approval(&slug, &application).raw,
        network_decision(&slug, &application).raw,
        backfill(&slug, &bkf).raw,
        backfill_line(&slug, &bkf, &ptn2).raw,
        webhook(&slug, &WebhookId::fresh(now, [0; 10])).raw,
        admin_notice(&slug, &AdminId::fresh(now, [0; 10]), &EventId::fresh(now, [0; 10])).raw,
        delivery(&slug, &WebhookId::fresh(now, [0; 10]), &EventId::fresh(now, [0; 10])).raw,
        reminding(&slug).raw,
        brand_event(&slug, &EventId::fresh(now, [0; 10])).raw,
    ];
    let mut spelled: Vec<_> = keys.iter().map(|key| format!("{} / {}", key.pk, key.sk)).collect();
    let states = (roster(&slug, PartnerState::Active), commissions_in(&slug, CommissionState::Paid));
    spelled.extend([states.0, states.1, search(&slug, "maria"), searched("maria", &ptn2)]);
    spelled.extend([REMINDING.to_owned(), resent(&slug)]);
    spelled.extend([imports(&slug), chunks_with_problems(&slug, &imp)]);
    spelled.extend([approvals(&slug, true), approvals(&slug, false), network_decisions(&slug), backfills(&slug)]);
    spelled.extend([waiting(&slug, &WebhookId::fresh(now, [0; 10])), place_at(now, "a")]);
    insta::assert_snapshot!(spelled.join("\n"));
}
