//! Signatures of webhooks, ours and those of others, according to Standard Webhooks
//! (<https://www.standardwebhooks.com>).

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use standardwebhooks::{Webhook, WebhookError};
use subtle::ConstantTimeEq;

/// The tolerated difference between the clocks of two systems, including the transit time of a message: five minutes.
pub const TOLERANCE_S: u64 = 5 * 60;

/// The header with the ID of a message, which is the same for every delivery of it.
pub const ID: &str = "webhook-id";
/// The header with the time of this delivery, in seconds since 1970.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// The header with its signatures.
pub const SIGNATURE: &str = "webhook-signature";

/// Encodes a new secret in the format that libraries for Standard Webhooks accept.
#[must_use]
pub fn secret_text(bytes: [u8; 32]) -> String {
    format!("whsec_{}", STANDARD.encode(bytes))
}

/// The signature headers of a message.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The ID of the message.
    pub id: &'a str,
    /// The time of the signature, in seconds since 1970.
    pub timestamp: i64,
    /// The signatures, separated by spaces.
    pub signatures: &'a str,
}

/// True if `body` was signed with one of `secrets` within the last five minutes. The reason for a rejection isn't
/// returned.
///
/// # Errors
/// Fails if a secret is malformed.
pub fn is_signed(signed: Signed<'_>, body: &[u8], secrets: &[String], now: Timestamp) -> Result<bool, WebhookError> {
    if now.as_second().abs_diff(signed.timestamp) > TOLERANCE_S {
        return Ok(false);
    }
    // The library's own check uses the computer's clock; this one uses the deployment's.
    let mut good = false;
    for secret in secrets {
        let webhook = Webhook::new(secret)?;
        // A body that isn't text can't have been signed.
        let Ok(wanted) = webhook.sign(signed.id, signed.timestamp, body) else { return Ok(false) };
        let is = |given: &str| bool::from(given.as_bytes().ct_eq(wanted.as_bytes()));
        good |= signed.signatures.split(' ').any(is);
    }
    Ok(good)
}

/// Returns the signature headers of an outgoing message.
///
/// # Errors
/// Fails if a secret is malformed, or if the body isn't text.
pub fn signed_headers(
    id: &str,
    body: &[u8],
    secrets: &[String],
    now: Timestamp,
) -> Result<Vec<(&'static str, String)>, WebhookError> {
    let sign = |secret: &String| Webhook::new(secret)?.sign(id, now.as_second(), body);
    let signatures = secrets.iter().map(sign).collect::<Result<Vec<_>, _>>()?;
    Ok(vec![(ID, id.to_owned()), (TIMESTAMP, now.as_second().to_string()), (SIGNATURE, signatures.join(" "))])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_signature_is_what_the_standard_says() {
        // The example of the specification.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        let body = br#"{"test": 2432232314}"#;
        let headers = signed_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", body, &[secret], at(1_614_265_330)).unwrap();
        assert_eq!(headers[2].1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_message_counts_for_five_minutes_under_any_of_the_secrets() {
        let (old, new) = (secret_text([1; 32]), secret_text([2; 32]));
        let headers = signed_headers("msg_1", b"{}", std::slice::from_ref(&old), at(1_000)).unwrap();
        let signed = Signed { id: "msg_1", timestamp: 1_000, signatures: &format!("v1a,x {}", headers[2].1) };
        let both = [new.clone(), old];
        let is = |signed, body: &[u8], secrets: &[String], now| is_signed(signed, body, secrets, at(now)).unwrap();
        assert!(is(signed, b"{}", &both, 1_300));
        assert!(is(signed, b"{}", &both, 700));
        assert!(!is(signed, b"{}", &both, 1_301));
        assert!(!is(signed, b"{}", &both, 699));
        assert!(!is(signed, b"{ }", &both, 1_000));
        assert!(!is(signed, b"{}", &[new], 1_000));
        assert!(!is(signed, b"{}", &[], 1_000));
        assert!(!is(Signed { id: "msg_2", ..signed }, b"{}", &both, 1_000));
        assert!(!is(Signed { timestamp: 1_001, ..signed }, b"{}", &both, 1_000));
        assert!(!is(Signed { signatures: "", ..signed }, b"{}", &both, 1_000));
    }
}
