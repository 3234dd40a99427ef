//! Sentences of a receiver of satellites.

use crate::sum::Sum;
use nmea::Nmea;

const SENTENCES: [&str; 7] = [
    "$GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8,1.03,61.7,M,55.2,M,,*76",
    "$GPGSA,A,3,10,07,05,02,29,04,08,13,,,,,1.72,1.03,1.38*0A",
    "$GPGSV,3,1,11,10,63,137,17,07,61,098,15,05,59,290,20,08,54,157,30*70",
    "$GPGSV,3,2,11,02,39,223,19,13,28,070,17,26,23,252,,04,14,186,14*79",
    "$GPGSV,3,3,11,29,09,301,24,16,09,020,,36,,,*76",
    "$GPRMC,092750.000,A,5321.6802,N,00630.3372,W,0.02,31.66,280511,,,A*43",
    "$GPRMC,092751.000,A,5321.6802,N,00630.3371,W,0.06,31.66,280511,,,A*44",
];

/// Runs it.
pub fn run() -> u32 {
    let mut sum = Sum::new();
    let mut nmea = Nmea::default();
    for _ in 0..4 {
        for sentence in SENTENCES {
            sum.number(u32::from(nmea.parse(sentence).is_ok()));
            let position = [nmea.latitude(), nmea.longitude()];
            for degrees in position.into_iter().flatten() {
                sum.number((degrees * 1e6) as i32 as u32);
            }
        }
        sum.number(nmea.satellites().len() as u32);
    }
    sum.value()
}
