//! The claimed content of a message before its signature is verified.

use serde_json::Value;
use shared::{
    Result,
    domain::{ApplicationId, Approval, BrandSlug, EmailAddress, Program, ProgramId},
    store::{Found, RawKey, keys},
    web::Request,
};

const APPROVED: &str = "application.approved";

/// Fields of a message whose sender isn't verified yet. They only determine what to read.
pub(crate) struct Hint {
    pub(crate) is_approval: bool,
    id: Option<ApplicationId>,
    email: Option<EmailAddress>,
    program: Option<ProgramId>,
}

impl Hint {
    pub(crate) fn of(request: &Request) -> Self {
        let body: Value =
            request.bytes(64 * 1024).ok().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        let text = |path: &str| body.pointer(path).and_then(Value::as_str).unwrap_or_default();
        let kind = body.get("type");
        Self {
            // Invalid JSON or a missing type is reported as such, once the sender is verified.
            is_approval: kind.and_then(Value::as_str).is_none_or(|kind| kind == APPROVED),
            id: ApplicationId::parse(text("/data/applicationId")).ok(),
            email: EmailAddress::parse(text("/data/creator/email")).ok(),
            program: ProgramId::parse(text("/data/offering/programId")).ok(),
        }
    }

    pub(crate) fn keys(&self, brand: &BrandSlug) -> Vec<RawKey> {
        let approval = self.id.as_ref().map(|id| keys::approval(brand, id).raw());
        let claim = self.email.as_ref().map(|email| keys::email(brand, email).raw());
        let program = self.program.as_ref().map(|id| keys::program(brand, id).raw());
        [approval, claim, program].into_iter().flatten().collect()
    }

    /// Returns the stored approval of the application, if it arrived before.
    pub(crate) fn approval(&self, brand: &BrandSlug, found: &Found) -> Result<Option<Approval>> {
        self.id.as_ref().map_or(Ok(None), |id| found.get(&keys::approval(brand, id)))
    }

    /// Returns the program that the application is for.
    pub(crate) fn program(&self, brand: &BrandSlug, found: &Found) -> Result<Option<Program>> {
        self.program.as_ref().map_or(Ok(None), |id| found.get(&keys::program(brand, id)))
    }
}
