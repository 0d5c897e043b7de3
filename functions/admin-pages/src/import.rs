//! One import: its progress, the outcomes of its rows, and the possible next actions.

use shared::{
    App, Error, Result,
    domain::{BrandSlug, Import, ImportId, ImportOptions, RowError},
    store::keys,
    web::{
        Reply, Request, StatusCode, format, moment,
        pages::{Fact, ImportPage, Link, Nav, Problem, ReportState},
        when,
    },
};

use crate::{Desk, bulk, imports, offers, outcomes, timeline, verdict};

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let id: ImportId = request.param("import")?;
    let key = keys::import(&slug, &id);
    // The admin is authenticated in parallel with the first reads, so that the page takes two read steps.
    let (desk, import, problems) =
        futures::try_join!(Desk::open(&app, &request), app.store.get(&key), app.store.row_problems((&slug, &id)),)?;
    let import = import.ok_or(Error::NotFound("import"))?;

    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let row = imports::row(&import, &desk.programs, now, zone);
    let problems_in_all = outcomes::problems(&import.counts);
    let left = import.rows.map(|rows| rows.saturating_sub(import.counts.total()));
    let ready = if imports::awaits_report(&import, now) { ReportState::Coming } else { ReportState::Absent };
    let page = ImportPage {
        shell: desk.shell(&request, &row.name, Nav::Imports),
        aloud: verdict::aloud(&row),
        verdict: verdict::of(&import, &desk.brand, now),
        facts: facts(&app, &desk, &import),
        repeats: import
            .repeats
            .as_ref()
            .map(|id| Link { label: "Earlier import".to_owned(), href: format!("/t/{slug}/admin/imports/{id}") }),
        came: outcomes::came(&import.counts, import.options.dry_run),
        problems: problems.iter().map(problem).collect(),
        problems_in_all: (problems_in_all > shown_of(&problems)).then(|| format::number(problems_in_all)),
        can_cancel: import.may_be_cancelled(now),
        left: left.and_then(|rows| match import.bulk() {
            Some(_) => outcomes::counted(rows, "partner is", "partners are"),
            None => outcomes::counted(rows, "row is", "rows are"),
        }),
        invite: offers::invite(&import, &desk.brand, now),
        retry: offers::retry(&import, now),
        report: if import.has_report(now) { ReportState::Ready } else { ready },
        row,
    };
    Reply::page(StatusCode::OK, &page)
}

fn facts(app: &App, desk: &Desk, import: &Import) -> Vec<Fact> {
    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let options = &import.options;
    let text = |label, text: String| Fact { label, text, when: None };
    let at = |label, text: String, at| Fact { label, text, when: Some(when(at, now, zone)) };
    let by = format!("by {}", timeline::actor(&import.asked_by));
    let what = match import.bulk() {
        Some(done) => bulk::facts(done, &desk.programs),
        None => {
            let said = options.note.as_ref().map(|note| text("Personal note", note.text.to_string()));
            let plan = [text("Action", does(options)), text("Programs", programs(options, desk))];
            plan.into_iter().chain(said).collect()
        }
    };
    let rows = if import.bulk().is_some() { "Partners" } else { "Rows" };
    let resumes = import.resumes_at.map(|at| text("Resumes", moment(at, zone)));
    let further = [
        import.rows.map(|count| text(rows, format::number(count))),
        resumes,
        import.cancelled_at.map(|moment| at("Cancelled", String::new(), moment)),
        import.ended_at.map(|moment| at("Finished", String::new(), moment)),
    ];
    [at("Started", by, import.created_at)].into_iter().chain(what).chain(further.into_iter().flatten()).collect()
}

fn does(options: &ImportOptions) -> String {
    let does = match (options.dry_run, options.send_invite) {
        (true, true) => "Check what inviting these people by email would do",
        (true, false) => "Check what adding these people without an email would do",
        (false, true) => "Invite people by email",
        (false, false) => "Add people without an email; they’re active immediately",
    };
    does.to_owned()
}

fn programs(options: &ImportOptions, desk: &Desk) -> String {
    let programs = options.programs.as_deref().map(|ids| {
        let chosen = desk.programs.iter().filter(|program| ids.contains(&program.id));
        chosen.map(|program| program.name.to_string()).collect::<Vec<_>>().join(", ")
    });
    match programs {
        None => "All active programs at the time".to_owned(),
        Some(names) if names.is_empty() => "Those named in each row".to_owned(),
        Some(names) => names,
    }
}

fn problem(problem: &RowError) -> Problem {
    Problem { row: problem.row.to_string(), email: problem.email.clone(), why: problem.in_words() }
}

fn shown_of(problems: &[RowError]) -> u64 {
    problems.iter().map(|_| 1).sum()
}
