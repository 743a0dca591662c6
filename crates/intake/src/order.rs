//! Dates in figures alone: which of three numbers is the day, told by all the dates of one column or chat together.

/// Which part of a date stands first: the day, the month or the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Day,
    Month,
    Year,
}

impl Order {
    pub const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Year];

    /// The day that three numbers mean in this order; two-digit years are of this century, years beyond 2400 Buddhist.
    #[must_use]
    pub fn date(self, [a, b, c]: [i64; 3]) -> Option<jiff::civil::Date> {
        let (year, month, day) = match self {
            Self::Day => (c, b, a),
            Self::Month => (c, a, b),
            Self::Year => (a, b, c),
        };
        let year = match year {
            0..=99 => 2000 + year,
            y if y > 2400 => y - 543,
            y => y,
        };
        let date = jiff::civil::Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        );
        date.ok().filter(|d| (1900..=2100).contains(&d.year()))
    }

    /// The one order in which all dates exist and, if several are left, in which time never runs backwards.
    #[must_use]
    pub fn of(stamps: &[[i64; 3]]) -> Option<Self> {
        let possible: Vec<Self> = Self::ALL
            .into_iter()
            .filter(|o| stamps.iter().all(|s| o.date(*s).is_some()))
            // Two digits in front are a year only where nothing else is possible.
            .filter(|o| *o != Self::Year || stamps.iter().all(|s| s[0] > 31))
            .collect();
        if let [one] = possible.as_slice() {
            return Some(*one);
        }
        let forward: Vec<Self> = possible
            .into_iter()
            .filter(|o| {
                let dates: Vec<_> = stamps.iter().filter_map(|s| o.date(*s)).collect();
                dates.windows(2).all(|w| w[0] <= w[1])
            })
            .collect();
        match forward.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The order that a column of dates shows by those that exist in one order alone. Some cells may be broken; `None` when
    /// nothing decides or both are common, so that a person has to.
    #[must_use]
    pub fn of_column(dates: impl Iterator<Item = [i64; 3]>) -> Option<Self> {
        /// An order is told when its dates are this many times those of any other.
        const CLEAR: usize = 20;
        let mut votes = [0_usize; 3];
        for [a, b, _] in dates {
            match (a, b) {
                (32.., 1..=12) => votes[2] += 1,
                (13..=31, 1..=12) => votes[0] += 1,
                (1..=12, 13..=31) => votes[1] += 1,
                _ => {}
            }
        }
        let most = votes.iter().copied().max()?;
        let mut leaders = Self::ALL.into_iter().zip(votes).filter(|(_, v)| v * CLEAR > most);
        match (leaders.next(), leaders.next()) {
            (Some((order, 1..)), None) => Some(order),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_tells_its_order_or_asks() {
        for (dates, wanted) in [
            (vec![[14, 2, 1999], [3, 4, 2000], [45, 99, 1]], Some(Order::Day)),
            (vec![[2, 14, 1999], [3, 4, 2000]], Some(Order::Month)),
            (vec![[1999, 2, 14]], Some(Order::Year)),
            (vec![[3, 4, 2000], [5, 6, 2001]], None),
            (vec![[14, 2, 1999], [2, 14, 1999]], None),
            (vec![], None),
        ] {
            assert_eq!(Order::of_column(dates.iter().copied()), wanted, "{dates:?}");
        }
    }
}
