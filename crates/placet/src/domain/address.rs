//! Network addresses of callers.

use std::net::{IpAddr, Ipv6Addr};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_that_singles_out_a_household_is_cut_off() {
        let short = |text: &str| shorten(text.parse().unwrap()).to_string();
        assert_eq!(short("203.0.113.77"), "203.0.113.0");
        assert_eq!(short("::ffff:203.0.113.77"), "203.0.113.0");
        assert_eq!(short("2001:db8:aaaa:bbbb::1"), "2001:db8:aaaa::");
    }
}
