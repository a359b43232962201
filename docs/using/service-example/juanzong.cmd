schtasks /Create /TN Juanzong /SC ONSTART /RU "NT AUTHORITY\LOCAL SERVICE" /TR "C:\Juanzong\Scripts\juanzong.exe --home D:\archive serve"
schtasks /Run /TN Juanzong
