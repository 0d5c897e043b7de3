//! Input of an import: the file itself, or JSON about one.

use shared::{
    App, Error, InvalidField, Result,
    domain::{
        Actor, BrandSlug, FILE_BYTES_MAX, ImportFile, ImportId, ImportOptions, Invalid, Program, ProgramId,
        programs_to_grant,
    },
    store::keys,
    web::Request,
};

use crate::{
    CSV,
    wire::{Input, fitting, said},
};

/// Maximum size of a file in the request body.
pub(crate) const SENT_BYTES_MAX: usize = 1024 * 1024;

/// Query parameters of a request with a file in its body.
const WORDS: [&str; 5] = ["dryRun", "fileName", "note", "programIds", "sendInvite"];

/// The location of the file.
pub(crate) enum What {
    /// In the request.
    Sent(Vec<u8>),
    /// To be uploaded, with this many bytes.
    Upload(u64),
    /// In the bucket; with its number of rows, if they were counted.
    There(ImportFile, Option<u64>),
}

/// A parsed request.
pub(crate) struct Asked {
    pub(crate) what: What,
    pub(crate) options: ImportOptions,
    pub(crate) repeats: Option<ImportId>,
}

/// Parses a request.
pub(crate) async fn read(
    app: &App,
    (brand, by): (&BrandSlug, &Actor),
    request: &Request,
    programs: &[Program],
) -> Result<Asked> {
    if is_csv(request) {
        request.only_query(&WORDS)?;
        let body = request.bytes(SENT_BYTES_MAX)?.to_vec();
        if std::str::from_utf8(&body).is_ok_and(|text| text.contains(char::REPLACEMENT_CHARACTER)) {
            let message = "A file in the request must be UTF-8. To upload any other file, send its `size` as JSON.";
            return Err(InvalidField::at("body", Invalid::unsupported(message)).into());
        }
        let ids = request.query("programIds").map(|ids| {
            ids.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        });
        let options = ImportOptions {
            programs: chosen(ids.as_deref(), programs)?,
            dry_run: request.one_of("dryRun", &BOOLEANS)?.unwrap_or(false),
            send_invite: request.one_of("sendInvite", &BOOLEANS)?.unwrap_or(true),
            note: said(request.query("note").map(str::to_owned), by)?,
            file_name: None,
        };
        let options = fitting(options.named(request.query("fileName")))?;
        return Ok(Asked { what: What::Sent(body), options, repeats: None });
    }
    request.only_query(&[])?;
    let is_json = |error: &Error| !matches!(error, Error::Invalid(field) if field.invalid.code == "invalid_json");
    let input: Input = request.json().map_err(|error| if is_json(&error) { error } else { neither() })?;
    let Input { size, same_file_as, program_ids, dry_run, send_invite, note, file_name } = input;
    let programs = chosen(program_ids.as_deref(), programs)?;
    let as_before_it_says = note.is_none() && send_invite != Some(false);
    let (note, send) = (said(note, by)?, send_invite.unwrap_or(true));
    let fresh = ImportOptions { programs, dry_run, send_invite: send, note, file_name: None };
    match (size, same_file_as) {
        (Some(bytes), None) if (1..=FILE_BYTES_MAX).contains(&bytes) => {
            let options = fitting(fresh.named(file_name.as_deref()))?;
            Ok(Asked { what: What::Upload(bytes), options, repeats: None })
        }
        (Some(_), None) => {
            Err(InvalidField::at("size", Invalid::unsupported("A file must be 1 byte to 500 MB (524,288,000 bytes)."))
                .into())
        }
        (None, Some(id)) => {
            let earlier = app.store.get(&keys::import(brand, &id)).await?.ok_or(Error::NotFound("import"))?;
            if !earlier.has_file(app.now()) {
                return Err(Error::FileGone);
            }
            let there = earlier.file().cloned().ok_or(Error::FileGone)?;
            let as_before = earlier.options;
            let options = ImportOptions {
                programs: fresh.programs.or(as_before.programs),
                send_invite: send_invite.unwrap_or(as_before.send_invite),
                note: if as_before_it_says { as_before.note } else { fresh.note },
                file_name: as_before.file_name,
                ..fresh
            };
            let options = if file_name.is_some() { options.named(file_name.as_deref()) } else { options };
            Ok(Asked { what: What::There(there, earlier.rows), options: fitting(options)?, repeats: Some(id) })
        }
        (None, None) | (Some(_), Some(_)) => {
            let message = "Send the file as text/csv, or JSON with either its `size` or `sameFileAs`.";
            Err(InvalidField::at("size", Invalid::missing(message)).into())
        }
    }
}

/// Returns the error for a body that is neither a file with its content type nor JSON.
fn neither() -> Error {
    let message = "The body is not JSON. Send a file with `Content-Type: text/csv`, or JSON with its `size`.";
    InvalidField::at("Content-Type", Invalid::unsupported(message)).into()
}

const BOOLEANS: [(&str, bool); 2] = [("true", true), ("false", false)];

fn chosen(ids: Option<&[String]>, programs: &[Program]) -> Result<Option<Vec<ProgramId>>> {
    let Some(ids) = ids else { return Ok(None) };
    let mut chosen = programs_to_grant(Some(ids), programs).map_err(|it| InvalidField::at("programIds", it))?;
    chosen.sort_unstable();
    chosen.dedup();
    Ok(Some(chosen))
}

pub(crate) fn is_csv(request: &Request) -> bool {
    let kind = request.header("content-type").and_then(|kind| kind.split(';').next()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case(CSV)
}
