/** Calls as strangers write them: read, or refused as a call that is none. */
import { fuzz } from '@openvsys/testing';
import { describe, expect, it } from 'vitest';
import { parseCallText } from '../src/wire/json-text.js';
import { decodeXmlCall, MalformedCall } from '../src/wire/xml-decode.js';

const XML_CALL = `<?xml version="1.0"?><methodCall><methodName>VM.set_name_label</methodName><params>
 <param><value>OpaqueRef:1</value></param><param><value><struct><member><name>a</name><value><i4>1</i4></value></member>
 <member><name>b</name><value><array><data><value><boolean>1</boolean></value><value><double>1.5</double></value>
 <value><dateTime.iso8601>20260101T00:00:00Z</dateTime.iso8601></value><value><nil/></value></data></array></value></member></struct></value></param>
 </params></methodCall>`;
const JSON_CALL =
  '{"jsonrpc":"2.0","method":"VM.get_all_records_where","params":["OpaqueRef:1",{"a":[1,1.5,12345678901234567890,true,null]}],"id":7}';

describe('whatever is sent, a call is read or refused', () => {
  it('in XML', async () => {
    const { refused } = await fuzz({
      samples: [XML_CALL],
      words: [
        '<value>',
        '</value>',
        '<![CDATA[',
        '<!DOCTYPE a [<!ENTITY b "b">]>',
        '&b;',
        '&#0;',
        '<i8>',
        '<nil/>',
        '<base64>',
      ],
      isRefusal: (error) => error instanceof MalformedCall,
      parse: (input) => decodeXmlCall(input.toString('utf8')),
    });
    expect(refused).toBeGreaterThan(0);
  });

  it('in JSON', async () => {
    const { refused } = await fuzz({
      samples: [JSON_CALL],
      words: ['{"__proto__":{', '[[[[', '1e400', '"\\ud800"'],
      isRefusal: (error) => error instanceof SyntaxError,
      parse: (input) => parseCallText(input.toString('utf8')),
    });
    expect(refused).toBeGreaterThan(0);
  });
});
