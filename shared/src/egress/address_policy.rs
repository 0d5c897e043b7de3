//! The check of which URLs and IP addresses may be called.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::LoopbackPolicy;

/// The reasons why a URL may not be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockedUrl {
    /// The scheme isn't `https`.
    #[error("The URL must start with https://.")]
    NotHttps,
    /// It has another port.
    #[error("The URL must use port 443.")]
    Port,
    /// It contains a user name or a password.
    #[error("The URL can't contain a user name or password.")]
    Userinfo,
    /// It has no host, or an IP address instead of a host name.
    #[error("The URL must have a host name, not an IP address.")]
    NoName,
    /// The host name can't be resolved.
    #[error("No IP address was found for this host name.")]
    Unknown,
    /// The host name resolves to a private IP address.
    #[error("This host name resolves to a private IP address, which isn't allowed.")]
    Private,
}

/// Checks the text of a URL, without resolving its host name.
pub(super) fn check_text(url: &Url, neighbours: LoopbackPolicy) -> Result<(), BlockedUrl> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BlockedUrl::Userinfo);
    }
    if is_neighbour(url, neighbours) {
        return if matches!(url.scheme(), "http" | "https") { Ok(()) } else { Err(BlockedUrl::NotHttps) };
    }
    if url.scheme() != "https" {
        return Err(BlockedUrl::NotHttps);
    }
    match url.host() {
        Some(Host::Domain(name)) if name.contains('.') && !name.ends_with('.') => {}
        Some(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_)) | None => return Err(BlockedUrl::NoName),
    }
    if url.port_or_known_default() == Some(443) { Ok(()) } else { Err(BlockedUrl::Port) }
}

/// True if the URL names this computer and such calls are allowed.
pub(super) fn is_neighbour(url: &Url, neighbours: LoopbackPolicy) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    loopback && neighbours == LoopbackPolicy::Localhost
}

/// True if an IP address is publicly reachable, according to IANA's registries of special-purpose addresses (RFC 6890).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => is_public_v4(address),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        // This network, private, loopback, multicast and reserved.
        (0 | 10 | 127 | 224..=255, _, _)
        // Shared between carriers and their customers (carrier-grade NAT).
        | (100, 64..=127, _)
        // Link-local, where clouds serve their credentials.
        | (169, 254, _)
        | (172, 16..=31, _)
        | (192, 168, _)
        // Protocol assignments, 6to4 relays, documentation and benchmarks.
        | (192, 0, 0 | 2)
        | (192, 88, 99)
        | (198, 18 | 19, _)
        | (198, 51, 100)
        | (203, 0, 113) => true,
        (_, _, _) => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Only 2000::/3 is allocated for public use. Excluded from it are ranges that embed other IP addresses, and those
    // reserved for documentation.
    let global = first & 0xe000 == 0x2000;
    let wraps = first == 0x2002 || (first == 0x2001 && second < 0x0200);
    let documents = (first == 0x2001 && second == 0x0db8) || (first == 0x3fff && second < 0x1000);
    global && !wraps && !documents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_everybody_can_reach_is_public() {
        let public = ["8.8.8.8", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"];
        let private = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "198.19.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
        ];
        for text in public {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
        for text in private {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn an_address_is_https_with_a_name_and_nothing_else() {
        let check = |text: &str, neighbours| check_text(&Url::parse(text).unwrap(), neighbours);
        let refused = |text: &str| check(text, LoopbackPolicy::None).unwrap_err();
        assert_eq!(check("https://network.example/api", LoopbackPolicy::None), Ok(()));
        assert_eq!(refused("http://network.example"), BlockedUrl::NotHttps);
        assert_eq!(refused("ftp://network.example"), BlockedUrl::NotHttps);
        assert_eq!(refused("https://network.example:8443"), BlockedUrl::Port);
        assert_eq!(refused("https://a:b@network.example"), BlockedUrl::Userinfo);
        assert_eq!(refused("https://intranet"), BlockedUrl::NoName);
        // Every spelling of a number is an IP address, even one that looks like a name.
        for text in ["https://127.0.0.1", "https://0x7f.1", "https://2130706433", "https://[::1]", "https://8.8.8.8"] {
            assert_eq!(refused(text), BlockedUrl::NoName, "{text}");
        }
        assert_eq!(refused("https://localhost"), BlockedUrl::NoName);
        assert_eq!(refused("http://localhost:9000"), BlockedUrl::NotHttps);
        assert_eq!(check("http://localhost:9000", LoopbackPolicy::Localhost), Ok(()));
        assert_eq!(check("http://127.0.0.1:9000", LoopbackPolicy::Localhost), Ok(()));
        assert_eq!(check("http://10.0.0.1", LoopbackPolicy::Localhost), Err(BlockedUrl::NotHttps));
    }
}
