//! Network addresses: what is kept of a caller's, and which ones are on the public internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// What is kept of an address that the server found itself: `203.0.113.0`, or a /48 for IPv6.
#[must_use]
pub fn shorten(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            IpAddr::from([a, b, c, 0])
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

/// What a workspace keeps of an address that the server found itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeptAddress {
    /// Its network; so unless changed.
    Shortened,
    /// All of it.
    Whole,
    /// Nothing.
    None,
}

impl KeptAddress {
    const ALL: [KeptAddress; 3] = [KeptAddress::Shortened, KeptAddress::Whole, KeptAddress::None];

    /// The word used in every layer.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            KeptAddress::Shortened => "shortened",
            KeptAddress::Whole => "whole",
            KeptAddress::None => "none",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<KeptAddress> {
        KeptAddress::ALL.into_iter().find(|kept| kept.word() == word)
    }

    /// What is kept of an address.
    #[must_use]
    pub fn of(self, address: IpAddr) -> Option<IpAddr> {
        match self {
            KeptAddress::Shortened => Some(shorten(address)),
            KeptAddress::Whole => Some(address.to_canonical()),
            KeptAddress::None => None,
        }
    }
}

/// IPv4 networks that are not the public internet (the special-purpose registries of RFC 6890), and one address in it
/// under which a cloud gives machines their secrets.
const NOT_PUBLIC_4: [Ipv4Net; 16] = [
    net4([0, 0, 0, 0], 8),
    net4([10, 0, 0, 0], 8),
    net4([100, 64, 0, 0], 10),
    net4([127, 0, 0, 0], 8),
    net4([168, 63, 129, 16], 32),
    net4([169, 254, 0, 0], 16),
    net4([172, 16, 0, 0], 12),
    net4([192, 0, 0, 0], 24),
    net4([192, 0, 2, 0], 24),
    net4([192, 88, 99, 0], 24),
    net4([192, 168, 0, 0], 16),
    net4([198, 18, 0, 0], 15),
    net4([198, 51, 100, 0], 24),
    net4([203, 0, 113, 0], 24),
    net4([224, 0, 0, 0], 4),
    net4([240, 0, 0, 0], 4),
];

/// The only part of IPv6 that is given out, and what in it is something else: tunnels, benchmarks, documentation.
const GIVEN_OUT_6: Ipv6Net = net6([0x2000, 0], 3);
const NOT_PUBLIC_6: [Ipv6Net; 4] =
    [net6([0x2001, 0], 23), net6([0x2001, 0xdb8], 32), net6([0x2002, 0], 16), net6([0x3fff, 0], 20)];
/// IPv4 addresses as hosts see them that have IPv6 only (RFC 6052).
const TRANSLATED: Ipv6Net = net6([0x64, 0xff9b], 96);

const fn net4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn net6([a, b]: [u16; 2], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), length)
}

/// Whether an address belongs to a host on the public internet: not to this machine, its network, a cloud's
/// metadata, a tunnel into any of them, or a group of hosts.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) if TRANSLATED.contains(&address) => {
            let [.., a, b, c, d] = address.octets();
            is_public_4(Ipv4Addr::new(a, b, c, d))
        }
        IpAddr::V6(address) => {
            GIVEN_OUT_6.contains(&address) && !NOT_PUBLIC_6.iter().any(|network| network.contains(&address))
        }
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    !NOT_PUBLIC_4.iter().any(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_of_servers_are_public_and_those_of_machines_at_home_are_not() {
        let is_public = |text: &str| is_public(text.parse().unwrap());
        for public in [
            "1.1.1.1",
            "93.184.216.34",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2606:4700:4700::1111",
            "2a00:1450:4001:81b::200e",
        ] {
            assert!(is_public(public), "{public}");
        }
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.255",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "198.19.255.255",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::10.0.0.1",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(private), "{private}");
        }
    }

    proptest! {
        #[test]
        fn an_ipv4_address_is_judged_alike_however_it_is_written(bits in any::<u32>()) {
            let plain = Ipv4Addr::from_bits(bits);
            let mapped = IpAddr::V6(plain.to_ipv6_mapped());
            let translated = Ipv6Addr::from_bits(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0).to_bits() | u128::from(bits));
            prop_assert_eq!(is_public(mapped), is_public(IpAddr::V4(plain)));
            prop_assert_eq!(is_public(IpAddr::V6(translated)), is_public(IpAddr::V4(plain)));
        }

        #[test]
        fn what_the_standard_library_knows_to_be_special_is_never_public(bits in any::<u32>(), seldom in 0..8_u32) {
            // A random address is seldom special: its first byte is made so now and then.
            let first = [bits >> 24, 10, 127, 169, 172, 192, 198, 224][seldom as usize];
            let address = Ipv4Addr::from_bits(bits & 0x00ff_ffff | first << 24);
            let is_special = address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_broadcast()
                || address.is_documentation()
                || address.is_unspecified();
            prop_assert!(!(is_special && is_public(IpAddr::V4(address))), "{address}");
        }

        #[test]
        fn no_special_ipv6_address_is_public(bits in any::<u128>(), prefix in prop::sample::select(vec![
            (0_u128, 8), (0xfc00 << 112, 7), (0xfe80 << 112, 10), (0xff00 << 112, 8), (0x2001_0db8 << 96, 32), (0x2002 << 112, 16),
        ])) {
            let (start, length) = prefix;
            let address = Ipv6Addr::from_bits(start | bits >> length);
            let is_ipv4 = address.to_ipv4_mapped().is_some() || TRANSLATED.contains(&address);
            prop_assert!(is_ipv4 || !is_public(IpAddr::V6(address)), "{address}");
        }
    }

    #[test]
    fn the_part_that_singles_out_a_household_is_cut_off() {
        let short = |text: &str| shorten(text.parse().unwrap()).to_string();
        assert_eq!(short("203.0.113.77"), "203.0.113.0");
        assert_eq!(short("::ffff:203.0.113.77"), "203.0.113.0");
        assert_eq!(short("2001:db8:aaaa:bbbb::1"), "2001:db8:aaaa::");
    }

    #[test]
    fn a_workspace_may_keep_all_of_an_address_or_nothing() {
        let kept =
            |kept: KeptAddress| kept.of("::ffff:203.0.113.77".parse().unwrap()).map(|ip| ip.to_string());
        assert_eq!(kept(KeptAddress::Shortened).as_deref(), Some("203.0.113.0"));
        assert_eq!(kept(KeptAddress::Whole).as_deref(), Some("203.0.113.77"));
        assert_eq!(kept(KeptAddress::None), None);
        assert!(KeptAddress::ALL.iter().all(|kept| KeptAddress::from_word(kept.word()) == Some(*kept)));
    }
}
