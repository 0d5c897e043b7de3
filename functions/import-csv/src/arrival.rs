//! Finds the import that a message is about. An object that no import is waiting for was uploaded by an
//! operator, and becomes an import.

use shared::{
    App, Result,
    aws::s3::{Unreadable, import_of_key},
    crypto::secret::Hash,
    domain::{Actor, BrandSlug, EventKind, Fresh, Import, ImportFile, ImportId, ImportSource},
    jobs::{FileJob, ImportJob, ObjectCreated},
    store::keys,
};

use crate::options;

/// An import to continue, and the file's ETag if the message announced the file.
pub(crate) struct Arrived {
    pub(crate) brand: BrandSlug,
    pub(crate) import: ImportId,
    pub(crate) etag: Option<String>,
}

/// Returns the import that a message is about; `None` if there is none.
pub(crate) async fn of(app: &App, job: &FileJob) -> Result<Option<Arrived>> {
    match job {
        FileJob::Import(ImportJob { brand, import }) => {
            Ok(Some(Arrived { brand: brand.clone(), import: import.clone(), etag: None }))
        }
        FileJob::Object(created) => of_object(app, created).await,
    }
}

async fn of_object(app: &App, created: &ObjectCreated) -> Result<Option<Arrived>> {
    let object = &created.detail.object;
    // S3 consoles create empty objects like this to show a folder.
    if object.size == 0 && object.key.ends_with('/') {
        return Ok(None);
    }
    let (brand, rest) = import_of_key(&object.key).unwrap_or_default();
    let slug = BrandSlug::parse(brand).ok();
    let known = match &slug {
        Some(slug) => app.store.get(&keys::brand(slug)).await?,
        None => None,
    };
    let Some(brand) = known.map(|brand| brand.slug) else {
        // An alarm counts these log lines.
        tracing::error!(alarm = "import.unknown_brand", brand, "an object came for a brand that is not there");
        return Ok(None);
    };
    let etag = Some(object.etag.trim_matches('"').to_owned());
    let named = rest.strip_suffix(".csv").and_then(|id| ImportId::parse(id).ok());
    if let Some(import) = named
        && app.store.get(&keys::import(&brand, &import)).await?.is_some()
    {
        return Ok(Some(Arrived { brand, import, etag }));
    }
    let import = id_of(created);
    if app.store.get(&keys::import(&brand, &import)).await?.is_none() {
        begin(app, &brand, &import, created).await?;
    }
    Ok(Some(Arrived { brand, import, etag }))
}

/// Derives the import's ID from the event, so that a redelivered event leads to the same import.
fn id_of(created: &ObjectCreated) -> ImportId {
    let object = &created.detail.object;
    let hash = Hash::of_parts(&[&object.key, &object.etag, &object.sequencer, &created.time.to_string()]);
    let mut entropy = [0; 10];
    for (byte, from) in entropy.iter_mut().zip(hash.as_str().bytes()) {
        *byte = from;
    }
    ImportId::fresh(created.time, entropy)
}

/// Creates an import of an operator's object.
async fn begin(app: &App, brand: &BrandSlug, id: &ImportId, created: &ObjectCreated) -> Result<()> {
    let object = &created.detail.object;
    let programs = app.store.list(keys::programs(brand)).await?;
    let (options, failure) = match app.archive()?.said_of(&object.key, &object.etag).await {
        Ok(said) => options::said(&said, &programs),
        Err(Unreadable::Replaced) => (options::careful(), Some(crate::reading::replaced())),
        Err(Unreadable::Failed(error)) => return Err(error),
    };
    let options = options.named(object.key.rsplit('/').next());
    let file = ImportSource::File(ImportFile { key: object.key.clone(), etag: None, only_failed: false });
    let import = Import::start(id.clone(), brand, (file, options), Actor::operator(), app.now());
    let kind = match &failure {
        None => EventKind::ImportStarted { import: id.clone(), there: false },
        Some(_) => EventKind::ImportFailed { import: id.clone() },
    };
    let ended_at = failure.is_some().then_some(import.created_at);
    let import = Import { ended_at, failure, ..import };
    match app.store.start_import(&import, &app.event(brand, Actor::operator(), kind), None).await {
        // Another worker processed the same event.
        Ok(()) | Err(shared::Error::ChangedMeanwhile) => Ok(()),
        Err(error) => Err(error),
    }
}
