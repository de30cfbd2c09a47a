/** Signed requests of clients of two kinds, made with a key that was thrown away: what any server of this protocol must accept. */
export const PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqTjC1gZTb/v7MD9q9rB0
N49tVcseywcOsAE9Vj3g12/3zZw22++X1xWRZhFow5DUe5GyxfA1jxIUIJnufHqb
5R/M7by8AEjpC77w7WTKUu6jsBKb2U6lWNVVoMNyjSMcx/zAj+3v5oORaI2JqRn6
rA4v1qGvITCBWe14U3fwsq8UJD608hA42a0U/QamBoNvRDhYPY7fCleTvGQXSF0M
Z+KPLS8kYpE0GBlzlSTP4pubeZ1lZ3JiBZlSC2sdLXlvNuXXp/pWwHFKPcfRioGC
+jBUdr3hjwdbeEMbRjkrKxJRy2f+DkQuQahhmxX14PD/IHwinGHy/1P7uHRwfLlR
GQIDAQAB
-----END PUBLIC KEY-----`;

/** No line ends. */
export const PLAIN = {
  at: new Date(1795399095196),
  accessKeyId: 'VVRDJjE3OTUzOTkwOTUxOTYmMS4wJlNIQTF3aXRoUlNB',
  signature:
    'dIfq0HU0jXUnHiBZMSvmoRuyHqvTH1/4nzRnv7N5DzF/x1ysZVjIF4nven+ADw8FSKLT5YcrXMEsOSHQJRbrCeXW98zFJHii3pmnpBlTQFBfyTtubyQ4aSScIbjffOHWXBeK1bxCPvtNPN+ESlziG4tV+xANXGDDjJbHNWDek1i6Fo8r03HK+dE2Sy2YA6OHB1ntKjlWWLqq7A6ipEi5hhCd7M7zCULekWVSxSsVfUYu6lgmyTvfcVp7AUWrA55wi/8+yhYcwttKaC0xigACio/TtuWuOQvWtUKuBNWYdwjUfbRb+291HNMUCkTt0l8WbmHg7X8vu8u4Aw0ngfGfXw==',
};

/** A line end every 60 characters and at the end, signed with it. */
export const WRAPPED = {
  at: new Date(1795399153000),
  accessKeyId: 'VVRDJjE3OTUzOTkxNTMwMDAmMS4wJlNIQTF3aXRoUlNB\n',
  signature: `fKPqEMSZGNcgx/s0W4/EcYuhjoYleoI/mETE6eH4CD5TKl0gt9toPWyBOUPp
LjLimRQr+Moe5ujmS27l5Ba4AxRem0K+zxvX9Je7oOU8dzM3dw374qIuZVQ9
m4iIM1MjbE0i/NKjem+XAJd7CDOKP0PmLYSFsIsVYbHySJ5hPRBUX7PMEPIi
vabpnSiCQACYkvrvpQfkgo/UqCslQ8/Qsn6uwD6T5dkOMpMBQhUOX18ZhVau
fpiCjnLBu64ZvQtPZ6smSODBHTzJ9YvvhFFE0WuDvEDiEZDPOJge2rTX5Z/U
DMh6AR163HwVhmn/vFfh0MpxFQlggYP32eBIPM3rOA==
`,
};
