// Uploading a file.
import { send } from '../api';
import type { Document } from '../types';

export function upload(file: File): Promise<Document> {
  const body = new FormData();
  body.append('file', file);
  return send<Document>('POST', '/api/v1/documents', body);
}
