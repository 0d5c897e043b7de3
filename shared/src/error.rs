//! The reasons why a request fails, and the part of them that callers see.

use std::fmt;

use http::StatusCode;

use crate::{
    crypto::envelope::DecryptError,
    domain::{
        AccessError, Color, CurrentGrants, Invalid, LinkError, PartnerId, PartnerState, ResendError, Role,
        SetProgramsError, SettleError, StoredResponse, SuppressionReason, TeamError,
    },
};

/// The result that handlers return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The reason why a request did not succeed.
///
/// Its `Display` is returned to the caller; the cause of [`Error::Internal`] is only logged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input can't be parsed.
    #[error("{}", .0.invalid.message)]
    Invalid(InvalidField),
    /// A colour that is too pale for a light page.
    #[error("{0} doesn't have enough contrast on white. The closest accessible colour is {near}.", near = .0.as_accent())]
    ColourTooPale(Color),
    /// The body is larger than any that is accepted.
    #[error("The request is too large. The limit is 64 KB, or 1 MB for a file to import.")]
    TooLarge,
    /// The caller is not authenticated.
    #[error("Sign in, or send a valid API key as `Authorization: Bearer …`.")]
    Unauthenticated,
    /// The API key lacks the scope.
    #[error("This API key lacks the scope `{0}`.")]
    ScopeMissing(String),
    /// An API key was sent where only a signed-in admin may act.
    #[error("Only a signed-in admin can do this, not an API key.")]
    SessionRequired,
    /// The admin's role doesn't allow it; this role is required.
    #[error("{}", .0.lacking())]
    RoleMissing(Role),
    /// Sensitive actions require a recent sign-in.
    #[error("This requires a sign-in within the last 15 minutes. Sign in again and retry.")]
    SignInAgain,
    /// A visitor was reported without a signature, which the brand requires.
    #[error("Send `userHash`, or call with an API key.")]
    SignatureRequired,
    /// A visitor was reported with an invalid signature.
    #[error("`userHash` is not the HMAC-SHA256 of `userId` with the brand's secret.")]
    SignatureWrong,
    /// A browser sent a form from another site.
    #[error("This request came from another site and was rejected.")]
    OtherOrigin,
    /// It doesn't exist, or the caller may not see it.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// The URL exists for other methods; these are allowed.
    #[error("This URL only accepts {0}.")]
    MethodNotAllowed(String),
    /// The email address belongs to another partner of the brand.
    #[error("A partner with this email address already exists.")]
    EmailTaken {
        /// Its partner, for callers who may read partners.
        owner: Option<(PartnerId, PartnerState)>,
    },
    /// The person with this email address was erased, and no one stated that they want to come back.
    #[error(
        "The person with this email address was erased at their or your brand's request. If they ask to return, an \
         admin can confirm that and invite them again."
    )]
    AddressErased,
    /// A partner can't be revoked, reinstated or erased.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A partner can't be emailed again.
    #[error(transparent)]
    Reach(#[from] ResendError),
    /// A link can't be created.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// A commission can't be settled.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// The team can't be changed like this.
    #[error(transparent)]
    Team(#[from] TeamError),
    /// The import can no longer be cancelled.
    #[error("This import has already ended.")]
    ImportOver,
    /// The report of the import doesn't exist yet, or no longer exists.
    #[error("No report is available for this import.")]
    NoReport,
    /// The file of the import is no longer stored.
    #[error("The file of that import is no longer stored. Upload it again.")]
    FileGone,
    /// A bulk action that matches no partner.
    #[error("No partners match. Nothing was started.")]
    NobodyToActOn,
    /// The webhook endpoint is disabled, and so receives nothing.
    #[error("This endpoint is disabled. Enable it first.")]
    WebhookOff,
    /// An import without rows that can be tried again.
    #[error("This import has no rows that can be retried.")]
    NothingToRetry,
    /// The approval has been decided already.
    #[error("This approval has already been decided.")]
    ApprovalDecided,
    /// The approval is for a partner whose access is revoked.
    #[error("This partner's access is revoked. The approval is held until an admin decides.")]
    ApprovalHeld,
    /// A request that claims to come from the Network, without a valid signature.
    #[error("Invalid signature.")]
    NotSigned,
    /// The approval is for a program that doesn't exist or is archived.
    #[error("This program doesn't exist or is archived.")]
    NoSuchProgram,
    /// Another backfill is in progress.
    #[error("A backfill is already running.")]
    BackfillRunning,
    /// The brand is not connected to a Network.
    #[error("This brand is not connected to a Network.")]
    NotConnected,
    /// A request to the Network failed.
    #[error("{0}")]
    Network(String),
    /// Another writer changed the partner's programs in the meantime.
    #[error("This partner's programs were changed by someone else. Nothing was saved; reload and try again.")]
    GrantsChanged(CurrentGrants),
    /// Another writer changed the same item in the meantime.
    #[error("This was changed in the meantime. Reload and try again.")]
    ChangedMeanwhile,
    /// The `Idempotency-Key` was used for another request.
    #[error("This Idempotency-Key was already used for a different request.")]
    IdempotencyKeyReused,
    /// The response contained a secret, which is shown only once.
    #[error("This request already succeeded. Its secret can't be shown again.")]
    SecretShownOnce,
    /// The share link was deleted.
    #[error("This link is no longer active.")]
    LinkDeleted,
    /// A sign-in link or a code that doesn't work, or no longer works.
    #[error("This link no longer works.")]
    LinkDead,
    /// Too many requests from one client network.
    #[error("Too many requests. Wait a few minutes and try again.")]
    TooManyRequests,
    /// The table is contended; nothing was written.
    #[error("Conflict with another change. Nothing was changed; try again.")]
    Busy,
    /// Not an error: the same request succeeded before, and this is the stored response.
    #[error("answered before")]
    Answered(Box<StoredResponse>),
    /// A failure on our side.
    #[error("Something went wrong on our end. Nothing is lost; try again.")]
    Internal(#[source] Cause),
}

/// An [`Invalid`] value and the field that contains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidField {
    /// The field, such as `commission.amount`; `None` for the whole input.
    pub field: Option<String>,
    /// The problem with the field.
    pub invalid: Invalid,
}

impl InvalidField {
    /// Attributes `invalid` to `field`.
    #[must_use]
    pub fn at(field: &str, invalid: Invalid) -> Self {
        Self { field: Some(field.to_owned()), invalid }
    }
}

impl From<InvalidField> for Error {
    fn from(field: InvalidField) -> Self {
        Self::Invalid(field)
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(InvalidField { field: None, invalid })
    }
}

impl From<SetProgramsError> for Error {
    fn from(refused: SetProgramsError) -> Self {
        match refused {
            SetProgramsError::Unknown(invalid) => InvalidField::at("programIds", invalid).into(),
            SetProgramsError::ChangedMeanwhile(now) => Self::GrantsChanged(now),
        }
    }
}

impl From<DecryptError> for Error {
    fn from(error: DecryptError) -> Self {
        Self::internal(error)
    }
}

impl From<standardwebhooks::WebhookError> for Error {
    fn from(error: standardwebhooks::WebhookError) -> Self {
        Self::internal(error)
    }
}

impl Error {
    /// Wraps a failure about which the caller can do nothing.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(cause.into())
    }

    /// Creates the error for malformed JSON. serde's own message would quote the text, and so write personal data into
    /// the log.
    #[must_use]
    pub fn unreadable(cause: &serde_json::Error) -> Self {
        let (line, column) = (cause.line(), cause.column());
        Self::internal(format!("JSON that can't be read ({:?} at {line}:{column})", cause.classify()))
    }

    /// Returns one example of each error that a caller can receive, in the order of the API document. The codes of
    /// [`Error::Invalid`] are listed separately.
    #[must_use]
    pub fn one_of_each() -> Vec<Self> {
        vec![
            Self::ColourTooPale(Color::PALE),
            Self::TooLarge,
            Self::Unauthenticated,
            Self::ScopeMissing("partners:read".to_owned()),
            Self::SessionRequired,
            Self::RoleMissing(Role::Manager),
            Self::SignInAgain,
            Self::SignatureRequired,
            Self::SignatureWrong,
            Self::OtherOrigin,
            Self::NotFound("partner"),
            Self::MethodNotAllowed("GET, HEAD".to_owned()),
            Self::EmailTaken { owner: None },
            Self::Access(AccessError::AlreadyRevoked),
            Self::Access(AccessError::NotRevoked),
            Self::Access(AccessError::Erased),
            Self::AddressErased,
            Self::Reach(ResendError::AlreadyActivated),
            Self::Reach(ResendError::NotActivated),
            Self::Reach(ResendError::Declined),
            Self::Reach(ResendError::Revoked),
            Self::Reach(ResendError::AddressRefused(SuppressionReason::Bounced)),
            Self::Reach(ResendError::TooSoon { wait_s: 60 }),
            Self::Reach(ResendError::TooOften { wait_s: 3_600 }),
            Self::Link(LinkError::NotGranted),
            Self::Link(LinkError::KeyTaken),
            Self::Settle(SettleError::Paid),
            Self::Team(TeamError::LastOwner),
            Self::Team(TeamError::InTeam),
            Self::Team(TeamError::Full),
            Self::ImportOver,
            Self::NoReport,
            Self::FileGone,
            Self::NothingToRetry,
            Self::NobodyToActOn,
            Self::ApprovalDecided,
            Self::NotSigned,
            Self::BackfillRunning,
            Self::NotConnected,
            Self::Network("The Network can't be reached right now. Try again in a few minutes.".to_owned()),
            Self::WebhookOff,
            Self::ChangedMeanwhile,
            Self::IdempotencyKeyReused,
            Self::SecretShownOnce,
            Self::LinkDeleted,
            Self::LinkDead,
            Self::TooManyRequests,
            Self::Busy,
            Self::internal("cause"),
        ]
    }

    /// Maps each error to its HTTP status and the code that programs match on. This is the complete table.
    #[must_use]
    pub fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Invalid(field) => (StatusCode::BAD_REQUEST, field.invalid.code),
            Self::ColourTooPale(_) => (StatusCode::BAD_REQUEST, "colour_too_pale"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            Self::ScopeMissing(_) => (StatusCode::FORBIDDEN, "scope_missing"),
            Self::SessionRequired => (StatusCode::FORBIDDEN, "session_required"),
            Self::RoleMissing(_) => (StatusCode::FORBIDDEN, "role_missing"),
            Self::SignInAgain => (StatusCode::FORBIDDEN, "sign_in_again"),
            Self::SignatureRequired => (StatusCode::FORBIDDEN, "signature_required"),
            Self::SignatureWrong => (StatusCode::FORBIDDEN, "signature_wrong"),
            Self::OtherOrigin => (StatusCode::FORBIDDEN, "other_origin"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
            Self::MethodNotAllowed(_) => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::EmailTaken { .. } => (StatusCode::CONFLICT, "email_taken"),
            Self::Access(AccessError::AlreadyRevoked) => (StatusCode::CONFLICT, "already_revoked"),
            Self::Access(AccessError::NotRevoked | AccessError::MustBeRevoked) => (StatusCode::CONFLICT, "not_revoked"),
            Self::Access(AccessError::Erased) | Self::Reach(ResendError::Erased) => (StatusCode::CONFLICT, "erased"),
            Self::AddressErased => (StatusCode::CONFLICT, "address_erased"),
            Self::Reach(ResendError::AlreadyActivated) => (StatusCode::CONFLICT, "already_activated"),
            Self::Reach(ResendError::NotActivated) | Self::Link(LinkError::NotActivated) => {
                (StatusCode::CONFLICT, "not_activated")
            }
            Self::Reach(ResendError::Declined) => (StatusCode::CONFLICT, "declined"),
            Self::Reach(ResendError::Revoked) | Self::Link(LinkError::Revoked) => {
                (StatusCode::CONFLICT, "partner_revoked")
            }
            Self::Reach(ResendError::AddressRefused(_)) => (StatusCode::CONFLICT, "address_refused"),
            Self::Reach(ResendError::TooSoon { .. }) => (StatusCode::TOO_MANY_REQUESTS, "too_soon"),
            Self::Reach(ResendError::TooOften { .. }) => (StatusCode::TOO_MANY_REQUESTS, "too_often"),
            Self::Link(LinkError::NotGranted) => (StatusCode::FORBIDDEN, "program_not_granted"),
            Self::Link(LinkError::KeyTaken) => (StatusCode::CONFLICT, "linkKey_taken"),
            Self::Settle(SettleError::Paid | SettleError::Reversed) => (StatusCode::CONFLICT, "already_settled"),
            Self::Team(TeamError::LastOwner) => (StatusCode::CONFLICT, "last_owner"),
            Self::Team(TeamError::InTeam) => (StatusCode::CONFLICT, "in_team"),
            Self::Team(TeamError::Full) => (StatusCode::CONFLICT, "team_full"),
            Self::ImportOver => (StatusCode::CONFLICT, "import_over"),
            Self::NoReport => (StatusCode::CONFLICT, "no_report"),
            Self::FileGone => (StatusCode::CONFLICT, "file_gone"),
            Self::NothingToRetry => (StatusCode::CONFLICT, "nothing_to_retry"),
            Self::NobodyToActOn => (StatusCode::CONFLICT, "nobody_to_act_on"),
            Self::ApprovalDecided => (StatusCode::CONFLICT, "approval_decided"),
            Self::ApprovalHeld => (StatusCode::CONFLICT, "partner_revoked"),
            Self::NotSigned => (StatusCode::UNAUTHORIZED, "not_signed"),
            Self::NoSuchProgram => (StatusCode::UNPROCESSABLE_ENTITY, "unknown_program"),
            Self::BackfillRunning => (StatusCode::CONFLICT, "backfill_running"),
            Self::NotConnected => (StatusCode::CONFLICT, "not_connected"),
            Self::Network(_) => (StatusCode::BAD_GATEWAY, "network_failed"),
            Self::WebhookOff => (StatusCode::CONFLICT, "webhook_off"),
            Self::GrantsChanged(_) | Self::ChangedMeanwhile => (StatusCode::CONFLICT, "changed_meanwhile"),
            Self::IdempotencyKeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
            Self::SecretShownOnce => (StatusCode::CONFLICT, "secret_shown_once"),
            Self::LinkDeleted => (StatusCode::GONE, "link_deleted"),
            Self::LinkDead => (StatusCode::GONE, "link_dead"),
            Self::TooManyRequests => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::Answered(_) => (StatusCode::OK, "answered"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

/// Formats an error and all its causes on one line, for the log.
#[derive(Debug)]
pub struct ErrorChain<'a>(pub &'a dyn std::error::Error);

impl fmt::Display for ErrorChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(it) = cause {
            write!(f, ": {it}")?;
            cause = it.source();
        }
        Ok(())
    }
}
