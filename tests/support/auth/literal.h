#pragma once

// Keys and tokens made by other programs (openssl, node's crypto), so that what is checked here is not checked against
// itself. The claims of all tokens: {"sub":"ann","role":["operator","viewer"],"site":"a","exp":2000000000}.

namespace sluice::auth::literal {

inline constexpr const char* secret = "0123456789abcdef0123456789abcdef";
inline constexpr const char* rsa_public =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAygL50rmkv/flUznqzfw7\n"
    "RE/L5yzbdaJlA9+Xg0UtL4NLy63I0jsurM1ByOmqKghKEdsnKP9Jy60l5wsPUkym\n"
    "dXC0PBljAWcxSwsbtmpEgFhnhSwUkZXGhrFid88Oj9EqjuNg809nhYtfkAz4Uowm\n"
    "UV7fp2Jxsrm0w3eZsVVSAkhH9I/oWzNUusq6cKycTUu/GNg2ue56YMBV8SVLsdqg\n"
    "AwCrQjboWOwcXEkPNRCHAxzqub2/pNIvRXJFU+bz5+S/z3ox6z0gzY6EPCk9+1c6\n"
    "gVo/9QJRbNIq9Gbt9IL2CYySW79JIgziIffqo5gnHN31fiOLJSJWAnyH8Kvx4Ikg\n"
    "3QIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
inline constexpr const char* rsa_private =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDKAvnSuaS/9+VT\n"
    "OerN/DtET8vnLNt1omUD35eDRS0vg0vLrcjSOy6szUHI6aoqCEoR2yco/0nLrSXn\n"
    "Cw9STKZ1cLQ8GWMBZzFLCxu2akSAWGeFLBSRlcaGsWJ3zw6P0SqO42DzT2eFi1+Q\n"
    "DPhSjCZRXt+nYnGyubTDd5mxVVICSEf0j+hbM1S6yrpwrJxNS78Y2Da57npgwFXx\n"
    "JUux2qADAKtCNuhY7BxcSQ81EIcDHOq5vb+k0i9FckVT5vPn5L/PejHrPSDNjoQ8\n"
    "KT37VzqBWj/1AlFs0ir0Zu30gvYJjJJbv0kiDOIh9+qjmCcc3fV+I4slIlYCfIfw\n"
    "q/HgiSDdAgMBAAECggEACrlDt8sBEuu+8b8WVt736nVt9pSsBb+cKyt4aJCIiIgo\n"
    "wuQzz+0yWhv/TQISdW7BN9dxaby7lyNW6r/sjUriX0OfXb1fQxjORhSN4Q4dGs8W\n"
    "l7wyT1QrGMVb285TEJFi9/jcEa56aV1vsj7uA7vK4PDvYHxaWsl+7g1wTDiiRNqn\n"
    "P/CU0QHp/kTcEmL/FMThFMzB02X+kGRRpuh/SouPAb+pL6rdyuXTwEKnRf9AJCX9\n"
    "+ouvcISWxdh5Dqi3kdZ9PdNr7gkLWmLZRMCn2UTknW2OaxX9G5GVFiPdswuwx2CE\n"
    "LU6w07VC+UFXozwagmGl1pisOGlfHZQTSWYHD3PKBQKBgQDw9a272UtrU8nJZ1Bj\n"
    "GuTV++8+v68mzHqU4wQyv95h/fhBD/F6QS050VPViw77tupdLlP/rCmhA1aiKBXD\n"
    "7Tr79zPRFqGqp6qCoxZCZydoJg3Rnm4EYirG3cG5vHZSW8Z6qcltxfs++f+OqBSK\n"
    "6BtVSy8LyzZTDAyyyNGBaDKw1wKBgQDWnvEhIdMWWVPrbQ/hy8E1qg6GNGRqb30o\n"
    "8ImSk7wcExynwyerCbgRQy7zH1WkEPPGrhiWYZZuu240yO+1Re+EZFSr7S+0lubB\n"
    "GAND2B/J8cQXKsRDghqmQt9+noYRBSuZJJ1TMwCW1FrlivL2T646C8VFEPTNi0iy\n"
    "GDrywK6hawKBgQC8zkTLpIBMIONERQfgH/qfEUFt0ZTUufRzJU7s1RrTfcVAddWp\n"
    "Ddj6LOObt9KNuc36JYr8E1KrL4p6lR4433IQbKrVcv5KUgZxRojyjxF5shex4Iok\n"
    "NSd/m9NoThwIfJERHGkQ8sjjl9B/X4R5M1X3h2ndu+VdPVvV2zUOSS8vEQKBgDd/\n"
    "hFUP/RjTYpsHacr2uHCbGARmOe04BUJ36OtJXqRX4NoU4gYdjkaQe+yMlsXFSHSB\n"
    "AoSomZDq0NW/fBUBD63JkAehXuuw9dzKy9VYZuf+p7lh6ryWQTPrKQYCEiMGlj6U\n"
    "tEYWczmNki+3XZqKAkCqWInCl7srIFJFZ8DsSHwfAoGAamR8ftBT21QsBhDe2k2h\n"
    "PAJD8F8UUjVLhAS79oI0EVhOeSKmtGbFiXLUfgyuBF9qi7QG/AjVXgW/adnW9bTu\n"
    "Qc7BPHZZmmsp6xbnz4gpysoDOb4p7QaGD4GYKnRAgHugASccbU+roTLMjfzGtf3W\n"
    "RYI9vp0GkluK9ePGO2cMtrs=\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr const char* small_rsa_public =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCl/GgfWuFTUBN1RfQdZr551gK/\n"
    "aAcazz7NaH31TIwYTqTWacNRTfbHw9WJNRgZDfBWjVmcyv56KUAKw7LN7TBJ3A0k\n"
    "A7THpu99tAKgTpTTzaPgj4d2kutG1oRVV1oNyKdsFmwVSyQltldL9WeiuW5nOpBz\n"
    "qOq/4bL6KcDtIg1ogQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
inline constexpr const char* ec_public =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEF1TOGZcIgVY5lHY9RLK2FQ/6uKRD\n"
    "ApM0qRJjouvgiuWU00uxz3aImDg2+swP7EBkY9dkMV5nU7l+hzfNqbS0Sw==\n"
    "-----END PUBLIC KEY-----\n";
inline constexpr const char* ec_private =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgShQe02E9U/2bQsDW\n"
    "hRuJjqb/Ae5JIr6Jwxpd79eDE6KhRANCAAQXVM4ZlwiBVjmUdj1EsrYVD/q4pEMC\n"
    "kzSpEmOi6+CK5ZTTS7HPdoiYODb6zA/sQGRj12QxXmdTuX6HN82ptLRL\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr const char* p384_public =
    "-----BEGIN PUBLIC KEY-----\n"
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE/3VkRyME3Of/lydZ1lqXL5tJpTPGV4Dp\n"
    "xkirV2N3rigdDl7t514M25O5pvnYBd/8fDs4Sl1bYbOjlAUehFOg5uRSyXBGzA1t\n"
    "dmDfMxHrmnITHRO2iGVkQ/xIcsdW2D2a\n"
    "-----END PUBLIC KEY-----\n";
inline constexpr const char* hs256 =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4iLCJyb2xlIjpbIm9wZXJhdG9yIiwidmlld2VyIl0sInNpdGU"
    "iOiJhIiwiZXhwIjoyMDAwMDAwMDAwfQ.KFtd84neNPUZbKhgVBPjs95KQ79o4KcSQvRtU3xCfPs";
inline constexpr const char* rs256 =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4iLCJyb2xlIjpbIm9wZXJhdG9yIiwidmlld2VyIl0sInNpdGU"
    "iOiJhIiwiZXhwIjoyMDAwMDAwMDAwfQ.ro-PMJeanjFEDSRRikyKSNEdAtdLCfz-8iuBJy3JpS07tgmWnosTMqTuHM2y_g-jPULu"
    "3MX1HHN3qpiPerTclughBCDua4EMUquiGMOT9wmU3B4g3Eaw8fCKEb1EVmUAqXwkCZjRIeIkI88vU0jrwy1yCtegAkEIdrcSalBk"
    "n9QAZ5aGUTLJv0nJqcOCmwsH8nnxnzhqqeD8hbvaItdfU3RqmxIxXsxJxEi0O8j5QMuvwVC5DzvtnYj9PjaGRC4RL7GfhOaGtygC"
    "gCFENMomqrSRUuKJs2lIaj7ZSgBLEz3PD3EumXT0_KbrvnMxCSGXS6GHDb3T7GZrb71q6nK2Tw";
inline constexpr const char* es256 =
    "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4iLCJyb2xlIjpbIm9wZXJhdG9yIiwidmlld2VyIl0sInNpdGU"
    "iOiJhIiwiZXhwIjoyMDAwMDAwMDAwfQ.HqGbwafH6KpcMB8nSyisQliReiYc75kyAu2Y9HmRf69k5RWQl6nOqWAtR3hkJCgLEHr6"
    "dvuBSPUB8fpGyzYDSA";
/// HS256, with the text of the public RSA key taken for a secret.
inline constexpr const char* confused =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4iLCJyb2xlIjpbIm9wZXJhdG9yIiwidmlld2VyIl0sInNpdGU"
    "iOiJhIiwiZXhwIjoyMDAwMDAwMDAwfQ.vQrWGtfLhelBoRiDzeqrk2ia2LC9pTFhRFJ5OSEGSuU";
/// HS256, the header written `hs256`.
inline constexpr const char* lower_case =
    "eyJhbGciOiJoczI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4iLCJyb2xlIjpbIm9wZXJhdG9yIiwidmlld2VyIl0sInNpdGU"
    "iOiJhIiwiZXhwIjoyMDAwMDAwMDAwfQ.v8-GCjePz0RBCz53QZvCP1KPh_DNGgPFzslCMFOmGU0";
/// The same secret, but HS512.
inline constexpr const char* hs512 =
    "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4iLCJyb2xlIjpbIm9wZXJhdG9yIiwidmlld2VyIl0sInNpdGU"
    "iOiJhIiwiZXhwIjoyMDAwMDAwMDAwfQ.xHriZf3EV3ZLk46yqNy-t100Lxg_vihDvkRdaN-_qKMsNDWhip6Nx9ZRfHXWdkITcSy8"
    "HGlUAXRCLph-eX9P5Q";
/// ES256, the signature in DER as OpenSSL makes it, not in the 64 bytes of RFC 7518 3.4.
inline constexpr const char* es256_der =
    "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm4iLCJyb2xlIjpbIm9wZXJhdG9yIiwidmlld2VyIl0sInNpdGU"
    "iOiJhIiwiZXhwIjoyMDAwMDAwMDAwfQ.MEQCIAZyl2JZedAZWhkC1BMkdY83ohArPjSOom8_j0XGvFeaAiBeB1zvi9hBPN25GdV6"
    "ZAdZNd3vXhaSSb1Bc_yITc06sg";
/// `kid` old, signed with the secret.
inline constexpr const char* kid_old =
    "eyJhbGciOiJIUzI1NiIsImtpZCI6Im9sZCJ9.eyJzdWIiOiJhbm4iLCJyb2xlIjpbIm9wZXJhdG9yIiwidmlld2VyIl0sInNpdGU"
    "iOiJhIiwiZXhwIjoyMDAwMDAwMDAwfQ.5sLz9SLh4gusFSLwE4l3jHLtE2lZVcekIphsH8yC2FU";
}  // namespace sluice::auth::literal
