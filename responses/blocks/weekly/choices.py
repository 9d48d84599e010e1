"""The zones and countries that the modal offers; any other can be typed.

Countries stand under the names they give themselves, so that the list is the same in every language.
"""

# Each of the world's offsets with the zones that most people live in; a static select holds at most 100 options.
ZONES = (
    "UTC", "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Vancouver", "America/Tijuana",
    "America/Phoenix", "America/Denver", "America/Edmonton", "America/Chicago", "America/Mexico_City",
    "America/Guatemala", "America/Costa_Rica", "America/New_York", "America/Toronto", "America/Havana",
    "America/Bogota", "America/Lima", "America/Panama", "America/Caracas", "America/La_Paz", "America/Santiago",
    "America/Halifax", "America/Puerto_Rico", "America/Santo_Domingo", "America/St_Johns", "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires", "America/Montevideo", "America/Asuncion", "Atlantic/Azores",
    "Atlantic/Reykjavik", "Europe/Lisbon", "Europe/Dublin", "Europe/London", "Europe/Madrid", "Europe/Paris",
    "Europe/Brussels", "Europe/Amsterdam", "Europe/Luxembourg", "Europe/Zurich", "Europe/Berlin", "Europe/Rome",
    "Europe/Vienna", "Europe/Prague", "Europe/Budapest", "Europe/Warsaw", "Europe/Copenhagen", "Europe/Oslo",
    "Europe/Stockholm", "Europe/Belgrade", "Europe/Zagreb", "Europe/Athens", "Europe/Bucharest", "Europe/Sofia",
    "Europe/Helsinki", "Europe/Tallinn", "Europe/Riga", "Europe/Vilnius", "Europe/Kyiv", "Europe/Istanbul",
    "Europe/Moscow", "Africa/Casablanca", "Africa/Lagos", "Africa/Accra", "Africa/Cairo", "Africa/Johannesburg",
    "Africa/Nairobi", "Africa/Addis_Ababa", "Asia/Jerusalem", "Asia/Beirut", "Asia/Riyadh", "Asia/Tehran",
    "Asia/Dubai", "Asia/Baku", "Asia/Kabul", "Asia/Karachi", "Asia/Tashkent", "Asia/Kolkata", "Asia/Kathmandu",
    "Asia/Dhaka", "Asia/Yangon", "Asia/Bangkok", "Asia/Jakarta", "Asia/Ho_Chi_Minh", "Asia/Shanghai",
    "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Kuala_Lumpur", "Asia/Manila", "Australia/Perth",
    "Asia/Seoul", "Asia/Tokyo", "Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney", "Pacific/Auckland",
)  # fmt: skip

COUNTRIES = {
    "AR": "Argentina", "AT": "Österreich", "AU": "Australia", "BE": "België · Belgique", "BG": "България",
    "BR": "Brasil", "CA": "Canada", "CH": "Schweiz · Suisse · Svizzera", "CL": "Chile", "CN": "中国",
    "CO": "Colombia", "CR": "Costa Rica", "CY": "Κύπρος", "CZ": "Česko", "DE": "Deutschland", "DK": "Danmark",
    "EE": "Eesti", "EG": "مصر", "ES": "España", "FI": "Suomi", "FR": "France", "GB": "United Kingdom",
    "GR": "Ελλάδα", "HK": "香港 · Hong Kong", "HR": "Hrvatska", "HU": "Magyarország", "ID": "Indonesia",
    "IE": "Ireland", "IL": "ישראל", "IN": "India", "IS": "Ísland", "IT": "Italia", "JP": "日本", "KE": "Kenya",
    "KR": "대한민국", "LT": "Lietuva", "LU": "Luxembourg", "LV": "Latvija", "MA": "المغرب", "MT": "Malta",
    "MX": "México", "MY": "Malaysia", "NG": "Nigeria", "NL": "Nederland", "NO": "Norge", "NZ": "New Zealand",
    "PE": "Perú", "PH": "Pilipinas", "PK": "Pakistan", "PL": "Polska", "PT": "Portugal", "RO": "România",
    "RS": "Srbija", "SA": "السعودية", "SE": "Sverige", "SG": "Singapore", "SI": "Slovenija", "SK": "Slovensko",
    "TH": "ประเทศไทย", "TR": "Türkiye", "TW": "臺灣", "UA": "Україна", "US": "United States", "VN": "Việt Nam",
    "ZA": "South Africa",
}  # fmt: skip
