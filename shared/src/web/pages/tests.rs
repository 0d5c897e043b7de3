//! What pages offer and say, by what they are given.

use askama::Template;

use super::*;

fn shell() -> Shell {
    Shell {
        lang: "en",
        title: "Partners".to_owned(),
        brand_name: "Acme".to_owned(),
        brand_slug: "acme".to_owned(),
        base: "/t/acme/admin".to_owned(),
        audience: Audience::Admin,
        signed_in_as: Some("Ada Byron".to_owned()),
        nav: Nav::Partners,
        help: None,
        assets: Assets { pico: "/pico.css", css: "/app.css", js: "/app.js", icon: "/icon.svg" },
    }
}

fn when() -> When {
    When { datetime: "2026-11-22T13:05:00Z".to_owned(), relative: "now".to_owned(), absolute: "today".to_owned() }
}

fn row(state: PartnerState) -> PartnerRow {
    PartnerRow {
        id: "ptn_1".to_owned(),
        name: "Maria <Lopez>".to_owned(),
        email: "maria@example.com".to_owned(),
        state,
        told: false,
        mail: None,
        refused: None,
        mail_settled: true,
        programs: Vec::new(),
        all_programs: false,
        sources: Vec::new(),
        when: when(),
    }
}

fn roster(rows: Vec<PartnerRow>) -> Partners {
    let programs = vec![ProgramChoice { id: "prg_1".to_owned(), name: "Spring".to_owned() }];
    let filters =
        Filters { base: "/t/acme/admin/partners".to_owned(), programs: programs.clone(), ..Filters::default() };
    Partners {
        shell: shell(),
        rows,
        filters,
        count: String::new(),
        first: None,
        next: None,
        only_one: false,
        looked: None,
        programs,
    }
}

fn menu(row: PartnerRow) -> String {
    let page = roster(vec![row]).render().unwrap();
    let (_, menu) = page.split_once("<summary class=\"button secondary\" aria-label=\"Actions").unwrap();
    menu.split_once("</details>").unwrap().0.to_owned()
}

#[test]
fn a_row_offers_what_its_state_allows() {
    let all = [
        "Open",
        "Resend invitation",
        "Correct address…",
        "Send sign-in link",
        "Programs…",
        "Edit name…",
        "Revoke…",
        "Reinstate",
    ];
    for (state, offered) in [
        (PartnerState::Invited, [true, true, true, false, true, true, true, false]),
        (PartnerState::Expired, [true, true, true, false, true, true, true, false]),
        (PartnerState::Active, [true, false, false, true, true, true, true, false]),
        (PartnerState::Revoked, [true, false, false, false, true, false, false, true]),
    ] {
        let menu = menu(row(state));
        assert_eq!(all.map(|entry| menu.contains(&format!(">{entry}<"))), offered, "{state:?}: {menu}");
    }
}

#[test]
fn an_address_that_refused_mail_is_told_of_and_can_be_cleared() {
    let refused = Refused { complained: false, on: "22 November 2026".to_owned() };
    let menu = menu(PartnerRow { refused: Some(refused), ..row(PartnerState::Invited) });
    assert!(menu.contains("aria-disabled=\"true\" aria-describedby=\"ptn_1-why\">Resend invitation"), "{menu}");
    assert!(menu.contains("This address bounced on 22 November 2026: correct it, or clear it and send again."));
    assert!(menu.contains("Clear and resend"));
}

#[test]
fn nobody_yet_and_nobody_matching_are_told_apart() {
    let nobody = roster(Vec::new());
    assert!(nobody.render().unwrap().contains("Invite your first partner"));

    let filters = Filters { q: "zz".to_owned(), ..nobody.filters.clone() };
    let filtered = Partners { filters, ..nobody };
    let page = filtered.render().unwrap();
    assert!(page.contains("Nobody matches") && !page.contains("Invite your first partner"), "{page}");

    let looked = Looked { count: "1,000".to_owned(), further: "/further".to_owned() };
    let page = Partners { looked: Some(looked), ..filtered }.render().unwrap();
    assert!(page.contains("Looked through 1,000 partners so far") && page.contains("href=\"/further\""), "{page}");
}

#[test]
fn names_are_text_wherever_they_stand() {
    let page = roster(vec![row(PartnerState::Invited)]).render().unwrap();
    assert!(!page.contains("<Lopez>") && page.contains("Maria &#60;Lopez&#62;"), "{page}");
}

#[test]
fn a_tab_keeps_the_partner_and_a_chip_takes_them_away() {
    let page = Commissions {
        shell: shell(),
        here: String::new(),
        state: Some(CommissionState::Paid),
        partner: Some(Person { id: "ptn_1".to_owned(), name: "Maria".to_owned() }),
        totals: Vec::new(),
        rows: Vec::new(),
        first: None,
        next: None,
    };
    let tabs: Vec<_> = page.tabs().into_iter().map(|tab| (tab.href, tab.current)).collect();
    assert_eq!(tabs[0], ("/t/acme/admin/commissions?partner=ptn_1".to_owned(), false));
    assert_eq!(tabs[2], ("/t/acme/admin/commissions?state=paid&partner=ptn_1".to_owned(), true));
    assert_eq!(page.everybody(), "/t/acme/admin/commissions?state=paid");
}
