//! SES events as delivered by `EventBridge`, reduced to the fields that are used.
//!
//! Fields that SES may omit are optional. An event without a field that SES always sends can't be parsed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

/// An `EventBridge` event.
#[derive(Deserialize)]
pub(crate) struct Envelope {
    /// Time at which SES sent the event.
    pub(crate) time: Timestamp,
    /// The SES event itself.
    pub(crate) detail: Detail,
}

#[derive(Deserialize)]
#[serde(tag = "eventType")]
pub(crate) enum Detail {
    Delivery {
        mail: About,
        delivery: Moment,
    },
    DeliveryDelay {
        mail: About,
        #[serde(rename = "deliveryDelay")]
        delay: Delay,
    },
    Bounce {
        mail: About,
        bounce: Bounce,
    },
    Complaint {
        mail: About,
        complaint: Complaint,
    },
    Reject {
        mail: About,
        reject: Reject,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct About {
    pub(crate) timestamp: Timestamp,
    pub(crate) message_id: String,
    pub(crate) destination: Vec<String>,
    #[serde(default)]
    pub(crate) tags: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
pub(crate) struct Moment {
    pub(crate) timestamp: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Delay {
    pub(crate) timestamp: Timestamp,
    #[serde(default)]
    pub(crate) delayed_recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Bounce {
    pub(crate) timestamp: Timestamp,
    pub(crate) bounce_type: String,
    pub(crate) bounce_sub_type: String,
    #[serde(default)]
    pub(crate) bounced_recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recipient {
    pub(crate) status: Option<String>,
    pub(crate) diagnostic_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Complaint {
    pub(crate) timestamp: Timestamp,
    pub(crate) complaint_feedback_type: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Reject {
    pub(crate) reason: Option<String>,
}
