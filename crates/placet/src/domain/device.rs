//! The coarse kind of a visitor's terminal. The user agent itself is not kept.

/// Kind of terminal, numbered as in widget contract 7.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// Not recognised.
    Unknown = 0,
    /// A phone.
    Mobile = 1,
    /// A desktop or laptop computer.
    Desktop = 2,
    /// A tablet.
    Tablet = 3,
}

impl Device {
    const ALL: [Device; 4] = [Device::Unknown, Device::Mobile, Device::Desktop, Device::Tablet];

    /// The word stored in records.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Device::Unknown => "unknown",
            Device::Mobile => "mobile",
            Device::Desktop => "desktop",
            Device::Tablet => "tablet",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Device> {
        Device::ALL.into_iter().find(|device| device.word() == word)
    }

    /// Guesses from a `User-Agent` header.
    #[must_use]
    pub fn from_user_agent(agent: &str) -> Device {
        let has = |part: &str| agent.contains(part);
        if has("iPad") || has("Tablet") || (has("Android") && !has("Mobile")) {
            Device::Tablet
        } else if has("Mobi") || has("iPhone") || has("Android") {
            Device::Mobile
        } else if has("Windows NT") || has("Macintosh") || has("X11") || has("CrOS") {
            Device::Desktop
        } else {
            Device::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_browsers_are_told_apart() {
        let cases = [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36",
                Device::Desktop,
            ),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148 Safari", Device::Mobile),
            ("Mozilla/5.0 (Linux; Android 16; Pixel 9) Chrome/156.0 Mobile Safari/537.36", Device::Mobile),
            ("Mozilla/5.0 (Linux; Android 16; SM-X710) Chrome/156.0 Safari/537.36", Device::Tablet),
            ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Mobile/15E148 Safari", Device::Tablet),
            ("curl/8.14", Device::Unknown),
            ("", Device::Unknown),
        ];
        for (agent, device) in cases {
            assert_eq!(Device::from_user_agent(agent), device, "{agent}");
        }
    }
}
