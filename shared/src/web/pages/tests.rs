//! Tests of the actions and texts on pages, depending on their content.

use askama::Template;

use super::*;

fn shell() -> Layout {
    Layout {
        lang: "en",
        title: "Partners".to_owned(),
        brand_name: "Acme".to_owned(),
        brand_slug: "acme".to_owned(),
        base: "/t/acme/admin".to_owned(),
        audience: Audience::Admin,
        signed_in_as: Some("Ada Byron".to_owned()),
        manages: true,
        owns: true,
        nav: Nav::Partners,
        help: None,
        assets: Assets { pico: "/pico.css", css: "/app.css", js: "/app.js", icon: "/icon.svg" },
        worn: Theme::default(),
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
        "View partner",
        "Resend invitation",
        "Resend with a note…",
        "Correct email address…",
        "Send sign-in link",
        "Manage programs…",
        "Rename…",
        "Revoke access…",
        "Reinstate",
    ];
    for (state, offered) in [
        (PartnerState::Invited, [true, true, true, true, false, true, true, true, false]),
        (PartnerState::Expired, [true, true, true, true, false, true, true, true, false]),
        (PartnerState::Active, [true, false, false, false, true, true, true, true, false]),
        (PartnerState::Revoked, [true, false, false, false, false, true, false, false, true]),
    ] {
        let menu = menu(row(state));
        assert_eq!(all.map(|entry| menu.contains(&format!(">{entry}<"))), offered, "{state:?}: {menu}");
    }
}

#[test]
fn an_address_that_refused_mail_is_shown_and_can_be_cleared() {
    let refused = Refused { complained: false, on: "22 November 2026".to_owned() };
    let menu = menu(PartnerRow { refused: Some(refused), ..row(PartnerState::Invited) });
    assert!(menu.contains("aria-disabled=\"true\" aria-describedby=\"ptn_1-why\">Resend invitation"), "{menu}");
    assert!(menu.contains("This email address bounced on 22 November 2026. Correct it, or try it again."));
    assert!(menu.contains("Try this email address again"));
}

#[test]
fn nobody_yet_and_nobody_matching_are_distinguished() {
    let nobody = roster(Vec::new());
    assert!(nobody.render().unwrap().contains("Invite your first partner"));

    let filters = Filters { q: "zz".to_owned(), ..nobody.filters.clone() };
    let filtered = Partners { filters, ..nobody };
    let page = filtered.render().unwrap();
    assert!(page.contains("No partners found") && !page.contains("Invite your first partner"), "{page}");

    let looked = ScanNotice { count: "1,000".to_owned(), further: "/further".to_owned() };
    let page = Partners { looked: Some(looked), ..filtered }.render().unwrap();
    assert!(page.contains("No matches in the first 1,000 partners") && page.contains("href=\"/further\""), "{page}");
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

fn import(state: ImportState) -> ImportPage {
    let progress = Progress { done: "2".to_owned(), rows: Some("6".to_owned()), thousandths: 333 };
    let row = ImportRow {
        bulk: false,
        id: "imp_1".to_owned(),
        name: "<b>creators</b>.csv".to_owned(),
        state,
        dry_run: false,
        progress,
        summary: String::new(),
        by: "Ada <Byron>".to_owned(),
        when: when(),
        moves: false,
        pace: None,
    };
    ImportPage {
        shell: shell(),
        row,
        aloud: "Running. 30% done".to_owned(),
        verdict: None,
        facts: Vec::new(),
        repeats: None,
        came: Vec::new(),
        problems: Vec::new(),
        problems_in_all: None,
        can_cancel: false,
        left: None,
        invite: None,
        retry: None,
        report: ReportState::Absent,
    }
}

#[test]
fn an_import_under_way_is_asked_for_at_its_pace_and_one_that_is_over_is_not() {
    let page = import(ImportState::Running);
    let row = ImportRow { moves: true, pace: Some(1_000), ..page.row.clone() };
    let running = ImportPage { row, can_cancel: true, left: Some("4 rows are".to_owned()), ..page }.render().unwrap();
    assert!(running.contains("data-poll=\"/t/acme/admin/imports/imp_1\" data-pace=\"1000\""), "{running}");
    assert!(
        running.contains("<progress max=\"1000\" value=\"333\"") && running.contains("data-opens=\"cancel-import\"")
    );
    assert!(running.contains("4 rows are not processed yet."), "{running}");

    let over = import(ImportState::Completed).render().unwrap();
    for word in
        ["data-poll", "data-pace", "<progress", "cancel-import", "invite-import", "retry-import", "data-fetches"]
    {
        assert!(!over.contains(word), "{word}: {over}");
    }
}

#[test]
fn what_follows_a_dry_run_is_named_for_what_it_does() {
    let offer = |people: Option<&str>, widened: Option<&str>, by_mail| InviteOffer {
        people: people.map(str::to_owned),
        widened: widened.map(str::to_owned),
        left_out: None,
        by_mail,
        note: String::new(),
        days: None,
    };
    for (offer, label, expected, unexpected) in [
        (offer(Some("8 people"), None, true), "Invite 8 people", "each gets an email", "added to more"),
        (offer(Some("1 person"), Some("3 people"), false), "Add 1 person", "active immediately", "gets an email with"),
        (
            offer(None, Some("3 people"), true),
            "Add programs for 3 people",
            "added to more programs",
            "each gets an email",
        ),
    ] {
        let page = ImportPage { invite: Some(offer), ..import(ImportState::Completed) }.render().unwrap();
        assert!(page.contains(&format!("data-opens=\"invite-import\">{label}<")), "{page}");
        assert!(page.contains(expected) && !page.contains(unexpected), "{page}");
        assert!(
            page.contains("name=\"sameFileAs\" value=\"imp_1\"") && page.contains("name=\"dryRun\" value=\"false\"")
        );
    }
}

#[test]
fn what_comes_from_a_file_is_text_and_more_problems_are_mentioned() {
    let problem =
        Problem { row: "7".to_owned(), email: "<i>x</i>".to_owned(), why: "“<u>” is no program.".to_owned() };
    let page = ImportPage {
        problems: vec![problem],
        problems_in_all: Some("1,204".to_owned()),
        ..import(ImportState::CompletedWithErrors)
    };
    let page = page.render().unwrap();
    assert!(page.contains("Showing the first 1 of 1,204. The report lists all of them."), "{page}");
    for hostile in ["<b>creators", "<i>x", "<u>"] {
        assert!(!page.contains(hostile), "{page}");
    }
}

#[test]
fn no_import_yet_says_what_to_do_next() {
    let page = Imports {
        shell: shell(),
        rows: Vec::new(),
        programs: Vec::new(),
        bytes_max: 1,
        first: None,
        next: None,
        only_one: false,
    };
    let nothing = page.render().unwrap();
    assert!(nothing.contains("Create a program first") && !nothing.contains("Check file"), "{nothing}");

    let programs = ["Spring", "A, B", "Fall|Winter", "Go"]
        .map(|name| ProgramChoice { id: name.to_owned(), name: name.to_owned() });
    let page = Imports { programs: programs.to_vec(), ..page };
    assert_eq!((page.everything(), page.example()), ("4 programs".to_owned(), "Go|Spring".to_owned()));
    let page = page.render().unwrap();
    assert!(page.contains("Choose a file above") && page.contains("Check file"), "{page}");
}
