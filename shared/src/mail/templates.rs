//! The contents of the emails: one struct per email, rendered as subject, text and HTML by the templates in its folder.
//!
//! Strings are already formatted. Links contain tokens, so these structs have no `Debug`.

use askama::Template;

use super::{Face, Said};

/// A rendered email.
pub struct Rendered {
    /// The subject, on one line.
    pub subject: String,
    /// The plain-text version, with the same content.
    pub text: String,
    /// The HTML version.
    pub html: String,
}

/// The invitation of a partner.
pub struct Invitation {
    /// The brand's display name.
    pub brand_name: String,
    /// The partner's name, as the admin typed it.
    pub partner_name: String,
    /// The admin who invited them; `None` if the invitation comes from the brand itself.
    pub invited_by: Option<String>,
    /// The personal note of an admin.
    pub note: Option<Said>,
    /// The names of the programs to show.
    pub programs: Vec<String>,
    /// The number of further programs that are not shown.
    pub more_programs: usize,
    /// The complete URL of the sign-in link.
    pub link: String,
    /// The lifetime of the link, in minutes.
    pub valid_minutes: u32,
    /// The number of days for which the invitation stays open.
    pub invitation_days: u32,
    /// The day on which the invitation expires, in the brand's time zone: "22 December 2026".
    pub ends: String,
    /// The complete URL at which they can decline.
    pub decline: String,
    /// The email address for questions.
    pub reply_to: String,
    /// The brand's branding.
    pub face: Face,
}

/// The one reminder of an invitation that expires soon.
pub struct Reminder {
    /// The brand's display name.
    pub brand_name: String,
    /// The partner's name, as the admin typed it.
    pub partner_name: String,
    /// The admin who invited them; `None` if the invitation comes from the brand itself.
    pub invited_by: Option<String>,
    /// The complete URL of the sign-in link.
    pub link: String,
    /// The lifetime of the link, in minutes.
    pub valid_minutes: u32,
    /// The day on which the invitation expires, in the brand's time zone: "22 December 2026".
    pub ends: String,
    /// The complete URL at which they can decline.
    pub decline: String,
    /// The email address for questions.
    pub reply_to: String,
    /// The brand's branding.
    pub face: Face,
}

/// The response to a request for a sign-in link after the invitation has expired.
pub struct Ended {
    /// The brand's display name.
    pub brand_name: String,
    /// The partner's name, as the admin typed it.
    pub partner_name: String,
    /// The time of the request, in the brand's time zone: "22 November 2026, 14:05 CET".
    pub asked_at: String,
    /// The browser of the request: "Firefox on Windows".
    pub browser: String,
    /// The day on which the invitation expired: "22 December 2026".
    pub ended: String,
    /// The email address at which they can request another invitation.
    pub reply_to: String,
    /// The brand's branding.
    pub face: Face,
}

/// The email with a sign-in link and a code, for a person who requested it.
pub struct SignIn {
    /// The brand's display name.
    pub brand_name: String,
    /// The person's name.
    pub name: String,
    /// The complete URL of the sign-in link.
    pub link: String,
    /// The code for the browser of the request, grouped: `XXXX-XXXX`.
    pub code: String,
    /// True if it was requested on the page of an expired link, rather than by typing the email address.
    pub renewed: bool,
    /// The time of the request, in the brand's time zone: "22 November 2026, 14:05 CET".
    pub asked_at: String,
    /// The browser of the request: "Firefox on Windows".
    pub browser: String,
    /// The lifetime of the link and the code, in minutes.
    pub valid_minutes: u32,
    /// The email address for questions.
    pub reply_to: String,
    /// The brand's branding.
    pub face: Face,
}

/// A sign-in link that an admin sends to an active partner.
pub struct SentLink {
    /// The brand's display name.
    pub brand_name: String,
    /// The partner's name.
    pub name: String,
    /// The admin who sent it; `None` if it comes from the brand itself.
    pub sent_by: Option<String>,
    /// The complete URL of the sign-in link.
    pub link: String,
    /// The lifetime of the link, in minutes.
    pub valid_minutes: u32,
    /// The complete URL of the page on which they can request another link.
    pub login: String,
    /// The email address for questions.
    pub reply_to: String,
    /// The brand's branding.
    pub face: Face,
}

/// The email that informs a creator that their application was approved.
pub struct Approval {
    /// The brand's display name.
    pub brand_name: String,
    /// The partner's name.
    pub name: String,
    /// The programs for which they were approved.
    pub programs: Vec<String>,
    /// The complete URL of their share link.
    pub share: Option<String>,
    /// The complete URL of the sign-in link.
    pub link: String,
    /// The lifetime of the link, in minutes.
    pub valid_minutes: u32,
    /// The complete URL of the page on which they can request another link.
    pub login: String,
    /// The email address for questions.
    pub reply_to: String,
    /// The brand's branding.
    pub face: Face,
}

/// The request to confirm a partner's new email address, sent to it.
pub struct AddressAsked {
    /// The brand's display name.
    pub brand_name: String,
    /// The partner's name.
    pub name: String,
    /// The admin who requested the change; `None` if the partner did.
    pub asked_by: Option<String>,
    /// The new email address in full.
    pub address: String,
    /// The complete URL of the page on which they confirm it.
    pub link: String,
    /// The number of hours within which it can be confirmed.
    pub valid_hours: i64,
    /// The email address for questions.
    pub reply_to: String,
    /// The brand's branding.
    pub face: Face,
}

/// The notice to a partner's previous email address that it has been replaced.
pub struct AddressMoved {
    /// The brand's display name.
    pub brand_name: String,
    /// The partner's name.
    pub name: String,
    /// The new email address, masked.
    pub masked: String,
    /// The email address for questions.
    pub reply_to: String,
    /// The brand's branding.
    pub face: Face,
}

/// The email that informs a partner that access was revoked.
pub struct Revocation {
    /// The brand's display name.
    pub brand_name: String,
    /// The partner's name.
    pub partner_name: String,
    /// The reason, in the admin's words.
    pub reason: Option<String>,
    /// The email address for questions.
    pub reply_to: String,
    /// The brand's branding.
    pub face: Face,
}

/// The email that welcomes a new admin of a brand.
pub struct Welcome {
    /// The brand's display name.
    pub brand_name: String,
    /// The admin's name.
    pub name: String,
    /// Their role with an article: "a manager".
    pub role: &'static str,
    /// The actions that the role allows: "you can invite partners".
    pub may: &'static str,
    /// The complete URL of the sign-in link.
    pub link: String,
    /// The lifetime of the link, in minutes.
    pub valid_minutes: u32,
    /// The complete URL of the page on which they sign in from then on.
    pub login: String,
    /// The email address for questions.
    pub reply_to: String,
    /// The brand's branding.
    pub face: Face,
}

/// The email that informs an admin that a webhook endpoint was disabled.
pub struct WebhookOff {
    /// The brand's display name.
    pub brand_name: String,
    /// The admin's name.
    pub name: String,
    /// The URL of the endpoint.
    pub url: String,
    /// True if the endpoint responded that it is gone for good; otherwise it failed for too long.
    pub gone: bool,
    /// The last failure.
    pub problem: Option<String>,
    /// The complete URL of the page on which it can be enabled again.
    pub page: String,
    /// The email address for questions.
    pub reply_to: String,
    /// The brand's branding.
    pub face: Face,
}

/// A change of the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamNews {
    /// A new member was invited.
    Invited,
    /// A member has another role.
    RoleGiven,
    /// A member was removed.
    Removed,
}

/// The email that informs an owner that the team changed.
pub struct TeamChanged {
    /// The brand's display name.
    pub brand_name: String,
    /// The owner's name.
    pub name: String,
    /// The admin who made the change.
    pub by: Option<String>,
    /// The member who is affected.
    pub whom: String,
    /// The member's new role, or the one they had: `manager`.
    pub role: &'static str,
    /// The change.
    pub news: TeamNews,
    /// The complete URL of the team's page.
    pub page: String,
    /// The email address for questions.
    pub reply_to: String,
    /// The brand's branding.
    pub face: Face,
}

impl TeamChanged {
    fn subject(&self) -> String {
        let Self { brand_name, whom: member, .. } = self;
        match self.news {
            TeamNews::Invited => format!("{member} was invited to {brand_name}'s team"),
            TeamNews::RoleGiven => format!("{member} has a new role in {brand_name}'s team"),
            TeamNews::Removed => format!("{member} was removed from {brand_name}'s team"),
        }
    }

    fn what(&self) -> String {
        let Self { brand_name, whom: member, .. } = self;
        let by = self.by.as_deref().unwrap_or("An owner");
        let role = format!("{} {}", if self.role == "owner" { "an" } else { "a" }, self.role);
        match self.news {
            TeamNews::Invited => format!("{by} invited {member} to {brand_name}'s team as {role}."),
            TeamNews::RoleGiven => format!("{by} made {member} {role} in {brand_name}'s team."),
            TeamNews::Removed => {
                format!(
                    "{by} removed {member}, who was {role}, from {brand_name}'s team. \
                     They've been signed out everywhere."
                )
            }
        }
    }
}

macro_rules! templates {
    ($view:ident: $subject:ident $subject_path:literal, $text:ident $text_path:literal, $html:ident $html_path:literal) => {
        #[derive(Template)]
        #[template(path = $subject_path, escape = "none")]
        struct $subject<'a> {
            mail: &'a $view,
        }

        #[derive(Template)]
        #[template(path = $text_path, escape = "none")]
        struct $text<'a> {
            mail: &'a $view,
        }

        #[derive(Template)]
        #[template(path = $html_path)]
        struct $html<'a> {
            mail: &'a $view,
            subject: &'a str,
        }

        impl $view {
            /// Renders all three parts.
            pub fn render(&self) -> askama::Result<Rendered> {
                let subject = $subject { mail: self }.render()?;
                let text = $text { mail: self }.render()? + &self.face.under_text();
                let html = $html { mail: self, subject: &subject }.render()?;
                Ok(Rendered { subject, text, html })
            }
        }
    };
}

templates!(Invitation:
    InvitationSubject "mail/invitation/subject.txt",
    InvitationText "mail/invitation/text.txt",
    InvitationHtml "mail/invitation/mail.html");
templates!(Reminder:
    ReminderSubject "mail/reminder/subject.txt",
    ReminderText "mail/reminder/text.txt",
    ReminderHtml "mail/reminder/mail.html");
templates!(Ended:
    EndedSubject "mail/ended/subject.txt",
    EndedText "mail/ended/text.txt",
    EndedHtml "mail/ended/mail.html");
templates!(SignIn:
    SignInSubject "mail/sign_in/subject.txt",
    SignInText "mail/sign_in/text.txt",
    SignInHtml "mail/sign_in/mail.html");
templates!(SentLink:
    SentLinkSubject "mail/sent_link/subject.txt",
    SentLinkText "mail/sent_link/text.txt",
    SentLinkHtml "mail/sent_link/mail.html");
templates!(Approval:
    ApprovalSubject "mail/approval/subject.txt",
    ApprovalText "mail/approval/text.txt",
    ApprovalHtml "mail/approval/mail.html");
templates!(AddressAsked:
    AddressAskedSubject "mail/address_asked/subject.txt",
    AddressAskedText "mail/address_asked/text.txt",
    AddressAskedHtml "mail/address_asked/mail.html");
templates!(AddressMoved:
    AddressMovedSubject "mail/address_moved/subject.txt",
    AddressMovedText "mail/address_moved/text.txt",
    AddressMovedHtml "mail/address_moved/mail.html");
templates!(Welcome:
    WelcomeSubject "mail/welcome/subject.txt",
    WelcomeText "mail/welcome/text.txt",
    WelcomeHtml "mail/welcome/mail.html");
templates!(Revocation:
    RevocationSubject "mail/revocation/subject.txt",
    RevocationText "mail/revocation/text.txt",
    RevocationHtml "mail/revocation/mail.html");
templates!(TeamChanged:
    TeamChangedSubject "mail/team_changed/subject.txt",
    TeamChangedText "mail/team_changed/text.txt",
    TeamChangedHtml "mail/team_changed/mail.html");
templates!(WebhookOff:
    WebhookOffSubject "mail/webhook_off/subject.txt",
    WebhookOffText "mail/webhook_off/text.txt",
    WebhookOffHtml "mail/webhook_off/mail.html");
