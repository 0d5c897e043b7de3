//! What the mails say: one struct a mail, rendered as subject, text and HTML by the templates in its folder.
//!
//! Strings are already formatted. Links carry tokens, so these structs have no `Debug`.

use askama::Template;

use super::{Face, Said};

/// A rendered mail.
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The whole mail for readers without HTML; it says the same.
    pub text: String,
    /// The whole mail.
    pub html: String,
}

/// Invites a partner.
pub struct Invitation {
    /// The brand as people know it.
    pub brand_name: String,
    /// The partner's name, as the admin typed it.
    pub partner_name: String,
    /// Who invited; nobody in particular means that the brand did.
    pub invited_by: Option<String>,
    /// What they say besides.
    pub note: Option<Said>,
    /// The names of the programs to show.
    pub programs: Vec<String>,
    /// How many more there are than shown.
    pub more_programs: usize,
    /// The link that signs them in, in full.
    pub link: String,
    /// How long the link works.
    pub valid_minutes: u32,
    /// How long the invitation stays open.
    pub invitation_days: u32,
    /// Until when, in the brand's zone: "22 December 2026".
    pub ends: String,
    /// Where they say that they are not interested, in full.
    pub decline: String,
    /// Where questions go.
    pub reply_to: String,
    /// What it wears.
    pub face: Face,
}

/// Reminds somebody of an invitation that ends soon. It is the only one.
pub struct Reminder {
    /// The brand as people know it.
    pub brand_name: String,
    /// The partner's name, as the admin typed it.
    pub partner_name: String,
    /// Who invited; nobody in particular means that the brand did.
    pub invited_by: Option<String>,
    /// The link that signs them in, in full.
    pub link: String,
    /// How long the link works.
    pub valid_minutes: u32,
    /// Until when the invitation is open, in the brand's zone: "22 December 2026".
    pub ends: String,
    /// Where they say that they are not interested, in full.
    pub decline: String,
    /// Where questions go.
    pub reply_to: String,
    /// What it wears.
    pub face: Face,
}

/// Tells somebody who asked for a link that the invitation ended.
pub struct Ended {
    /// The brand as people know it.
    pub brand_name: String,
    /// The partner's name, as the admin typed it.
    pub partner_name: String,
    /// When it was asked for, in the brand's zone: "22 November 2026, 14:05 CET".
    pub asked_at: String,
    /// From which browser: "Firefox on Windows".
    pub browser: String,
    /// Until when the invitation was open: "22 December 2026".
    pub ended: String,
    /// Where they can ask to be invited again.
    pub reply_to: String,
    /// What it wears.
    pub face: Face,
}

/// Signs somebody in who asked for it.
pub struct SignIn {
    /// The brand as people know it.
    pub brand_name: String,
    /// The person's name.
    pub name: String,
    /// The link that signs them in, in full.
    pub link: String,
    /// The code for the browser that asked, grouped: `XXXX-XXXX`.
    pub code: String,
    /// Whether it was asked for on the page of a dead link, rather than by typing the address.
    pub renewed: bool,
    /// When it was asked for, in the brand's zone: "22 November 2026, 14:05 CET".
    pub asked_at: String,
    /// From which browser: "Firefox on Windows".
    pub browser: String,
    /// How long link and code work.
    pub valid_minutes: u32,
    /// Where questions go.
    pub reply_to: String,
    /// What it wears.
    pub face: Face,
}

/// Brings an active partner a link to sign in that an admin had sent.
pub struct SentLink {
    /// The brand as people know it.
    pub brand_name: String,
    /// The partner's name.
    pub name: String,
    /// Who had it sent; nobody in particular means that the brand did.
    pub sent_by: Option<String>,
    /// The link that signs them in, in full.
    pub link: String,
    /// How long the link works.
    pub valid_minutes: u32,
    /// Where they ask for others, in full.
    pub login: String,
    /// Where questions go.
    pub reply_to: String,
    /// What it wears.
    pub face: Face,
}

/// Tells a creator that the Network approved their application.
pub struct Approval {
    /// The brand as people know it.
    pub brand_name: String,
    /// The partner's name.
    pub name: String,
    /// What they were approved for.
    pub programs: Vec<String>,
    /// Their share link, in full.
    pub share: Option<String>,
    /// The link that signs them in, in full.
    pub link: String,
    /// How long the link works.
    pub valid_minutes: u32,
    /// Where they ask for others, in full.
    pub login: String,
    /// Where questions go.
    pub reply_to: String,
    /// What it wears.
    pub face: Face,
}

/// Asks at a partner's new address whether it is theirs.
pub struct AddressAsked {
    /// The brand as people know it.
    pub brand_name: String,
    /// The partner's name.
    pub name: String,
    /// Who asked for it; `None` if they did themselves.
    pub asked_by: Option<String>,
    /// The address that their mails would come to, in full.
    pub address: String,
    /// The page that confirms it, in full.
    pub link: String,
    /// How long it can be confirmed.
    pub valid_hours: i64,
    /// Where questions go.
    pub reply_to: String,
    /// What it wears.
    pub face: Face,
}

/// Tells the address that a partner had that they have another one.
pub struct AddressMoved {
    /// The brand as people know it.
    pub brand_name: String,
    /// The partner's name.
    pub name: String,
    /// The address they have now, masked.
    pub masked: String,
    /// Where questions go.
    pub reply_to: String,
    /// What it wears.
    pub face: Face,
}

/// Tells a partner that access was taken back.
pub struct Revocation {
    /// The brand as people know it.
    pub brand_name: String,
    /// The partner's name.
    pub partner_name: String,
    /// Why, in the admin's words.
    pub reason: Option<String>,
    /// Where questions go.
    pub reply_to: String,
    /// What it wears.
    pub face: Face,
}

/// Welcomes an admin of a brand.
pub struct Welcome {
    /// The brand as people know it.
    pub brand_name: String,
    /// The admin's name.
    pub name: String,
    /// What they are: "a manager".
    pub role: &'static str,
    /// What they may: "you can invite partners".
    pub may: &'static str,
    /// The link that signs them in, in full.
    pub link: String,
    /// How long the link works.
    pub valid_minutes: u32,
    /// Where they sign in from then on, in full.
    pub login: String,
    /// Where questions go.
    pub reply_to: String,
    /// What it wears.
    pub face: Face,
}

/// Tells an admin that an endpoint for webhooks was switched off.
pub struct WebhookOff {
    /// The brand as people know it.
    pub brand_name: String,
    /// The admin's name.
    pub name: String,
    /// Where it is called.
    pub url: String,
    /// Whether it said that it is gone for good; else it failed for too long.
    pub gone: bool,
    /// How it failed last.
    pub problem: Option<String>,
    /// The page on which it can be switched on, in full.
    pub page: String,
    /// Where questions go.
    pub reply_to: String,
    /// What it wears.
    pub face: Face,
}

/// What happened to one of the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamNews {
    /// They were invited.
    Invited,
    /// They have another role.
    RoleGiven,
    /// They are out.
    Removed,
}

/// Tells an owner that the team changed.
pub struct TeamChanged {
    /// The brand as people know it.
    pub brand_name: String,
    /// The owner's name.
    pub name: String,
    /// Who did it.
    pub by: Option<String>,
    /// Whom it is about.
    pub whom: String,
    /// The role they have now, or had: `manager`.
    pub role: &'static str,
    /// What happened.
    pub news: TeamNews,
    /// The page of the team, in full.
    pub page: String,
    /// Where questions go.
    pub reply_to: String,
    /// What it wears.
    pub face: Face,
}

impl TeamChanged {
    fn subject(&self) -> String {
        let Self { brand_name, whom, .. } = self;
        match self.news {
            TeamNews::Invited => format!("{whom} was invited to the team of {brand_name}"),
            TeamNews::RoleGiven => format!("{whom} has another role in the team of {brand_name}"),
            TeamNews::Removed => format!("{whom} was removed from the team of {brand_name}"),
        }
    }

    fn what(&self) -> String {
        let Self { brand_name, whom, .. } = self;
        let by = self.by.as_deref().unwrap_or("An owner");
        let role = format!("{} {}", if self.role == "owner" { "an" } else { "a" }, self.role);
        match self.news {
            TeamNews::Invited => format!("{by} invited {whom} to the team of {brand_name}, as {role}."),
            TeamNews::RoleGiven => format!("{by} made {whom} {role} of {brand_name}."),
            TeamNews::Removed => {
                format!(
                    "{by} removed {whom}, who was {role}, from the team of {brand_name}. They are signed out everywhere."
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
